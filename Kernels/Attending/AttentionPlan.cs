namespace GpuNN.Kernels;

/// <summary>
/// How the host runs attention: a task is a head of an item and a run of its queries. It goes through the keys block by block, each
/// laid out once for the micro-kernels, and for each through its queries block by block, so that a tile of scores never
/// leaves the first caches. What a sum looks like depends on the shape and the lane width alone.
/// </summary>
internal sealed class AttentionPlan
{
    private const int QueriesOfBlock = 64;
    private const int KeysOfBlock = 128;
    private const int MostQueriesOfTask = 1024;
    private const int LeastTasks = 16;

    public readonly AttentionShape Shape;
    public readonly int Lanes;

    /// <summary>Keys of a block, and that rounded up to whole vectors.</summary>
    public readonly int BlockKeys, Columns;

    /// <summary>Width of keys and of values, rounded up to whole vectors.</summary>
    public readonly int PaddedWidth, PaddedValue;

    /// <summary>Queries of a task, and tasks of a head.</summary>
    public readonly int TaskQueries, Chunks;

    /// <summary>Places in a slot: keys and values across (a line holds one number of many keys), and a line a key.</summary>
    public readonly long AtKeysAcross, AtValuesAcross, AtKeys, AtValues;

    /// <summary>Places in a slot: a block of queries and of gradients of results, a line each.</summary>
    public readonly long AtQueries, AtGradients;

    /// <summary>Places in a slot: tiles of scores or weights, and of their gradient.</summary>
    public readonly long AtScores, AtSlopes;

    /// <summary>Places in a slot: sums of a task's queries, and of a block's keys and values.</summary>
    public readonly long AtSums, AtKeySums, AtValueSums;

    /// <summary>Places in a slot: two numbers a query of the task.</summary>
    public readonly long AtFirst, AtSecond;

    public readonly ScratchSlots Scratch;

    private long room;

    /// <param name="shape">The sizes; there are queries and keys.</param>
    /// <param name="isGradient">Whether the gradient is computed, whose tasks are whole heads.</param>
    /// <param name="lanes">Floats a vector.</param>
    /// <param name="threads">Threads of the route.</param>
    public AttentionPlan(in AttentionShape shape, bool isGradient, int lanes, int threads)
    {
        (Shape, Lanes) = (shape, lanes);
        BlockKeys = Math.Min(KeysOfBlock, shape.Keys);
        (Columns, PaddedWidth, PaddedValue) = (Padded(BlockKeys), Padded(shape.Q.Width), Padded(shape.V.Width));
        var wished = (shape.Rows + LeastTasks - 1) / LeastTasks;
        var blocks = Math.Min((wished + QueriesOfBlock - 1) / QueriesOfBlock, MostQueriesOfTask / QueriesOfBlock);
        TaskQueries = isGradient ? shape.Queries : Math.Min(shape.Queries, blocks * QueriesOfBlock);
        Chunks = (shape.Queries + TaskQueries - 1) / TaskQueries;
        var block = Math.Min(QueriesOfBlock, TaskQueries);
        AtKeysAcross = Reserve(Strips * Strip(shape.Q.Width));
        AtScores = Reserve((long)block * Columns);
        (AtFirst, AtSecond) = (Reserve(TaskQueries), Reserve(TaskQueries));
        if (isGradient)
        {
            AtValuesAcross = Reserve(Strips * Strip(shape.V.Width));
            AtSlopes = Reserve((long)block * Columns);
            AtKeys = Reserve((long)Columns * PaddedWidth);
            AtQueries = Reserve((long)block * PaddedWidth);
            AtGradients = Reserve((long)block * PaddedValue);
            AtSums = Reserve((long)TaskQueries * PaddedWidth);
            AtKeySums = Reserve((long)Columns * PaddedWidth);
            AtValueSums = Reserve((long)Columns * PaddedValue);
        }
        else
        {
            AtValues = Reserve((long)Columns * PaddedValue);
            AtSums = Reserve((long)TaskQueries * PaddedValue);
        }
        Scratch = new ScratchSlots(threads, room);
    }

    /// <summary>Tasks in all.</summary>
    public int Tasks => Shape.Items * Shape.Heads * Chunks;

    /// <summary>Columns of a strip of the micro-kernels.</summary>
    public int Width => CachedProduct.Vectors * Lanes;

    /// <summary>The queries [first, last) of the block that begins at one.</summary>
    public static (int First, int Last) Block(int first, int last) => (first, Math.Min(first + QueriesOfBlock, last));

    /// <summary>Floats of a strip of keys that lie across.</summary>
    /// <param name="width">Numbers of a key.</param>
    public long Strip(int width) => (long)Width * width;

    private int Strips => (Columns + Width - 1) / Width;

    private int Padded(int count) => (count + Lanes - 1) / Lanes * Lanes;

    private long Reserve(long floats)
    {
        var at = room;
        room += HostMemory.Room(floats + Packing.Slack);
        return at;
    }
}
