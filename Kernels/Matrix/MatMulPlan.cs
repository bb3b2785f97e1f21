namespace GpuNN.Kernels;

/// <summary>Which parts of B are packed.</summary>
internal enum PackedColumns
{
    /// <summary>None: the micro-kernels read B as it lies.</summary>
    None,

    /// <summary>The last strip, whose columns are no whole number of vectors.</summary>
    Ragged,

    /// <summary>All strips, one block of inner indices at a time.</summary>
    All,
}

/// <summary>
/// How the host runs a matrix product: the rows of C are cut evenly into panels, its columns into strips of whole vectors,
/// a panel and a strip make a tile, and long sums are cut into blocks that are added in order. What an element's sum looks
/// like (its blocks) depends on the shape and the lane width alone; tasks and packing only move work around. Worked out once:
/// a small product takes less time than its plan.
/// </summary>
internal sealed unsafe class MatMulPlan
{
    private const int InnerOfBlock = 512;
    private const int InnerOfPackedBlock = 256;
    private const int InnerOfStreamedBlock = 16;
    private const int FloatsOfRowTask = 1 << 17;
    private const int StripsOfTask = 8;
    private const int StripsOfStreamedTask = 64;
    private const int FloatsOfSmallOperand = 1 << 19;
    private const int FloatsOfStreamedOperand = 1 << 21;
    private const int FloatsOfAllSets = 1024;
    private const int LeastReuse = 8;
    private const int FloatsOfFewSets = 256;
    private const int LeastInnerToPack = 32;
    private const int PanelsOfOneTask = 24;
    private const int StripsPackedAtOnce = 4;
    private const int InnerOfWrittenRows = 128;
    private const int FloatsOfCachedStrips = 1 << 16;
    private const long FloatsInFlight = 1 << 22;
    private const int TasksOfThread = 4;
    private const float LeastTask = 8000;

    public readonly MatMulShape Shape;
    public readonly int Lanes;

    /// <summary>Vectors across a full strip.</summary>
    public readonly int Vectors;

    /// <summary>Vectors across the last strip.</summary>
    public readonly int LastVectors;

    /// <summary>Columns of a full strip.</summary>
    public readonly int Width;

    public readonly RowPanels Panels;
    public readonly int Strips;

    /// <summary>Inner indices of a block; the last block may be shorter.</summary>
    public readonly int Block;

    public readonly int Blocks;
    public readonly bool PackA;
    public readonly PackedColumns PackB;

    /// <summary>Batch items whose packed operands exist at one time.</summary>
    public readonly int Items;

    /// <summary>Whether one thread does a whole item, packing included.</summary>
    public readonly bool ItemATask;

    /// <summary>The sums of a row vector times a transposed matrix: dot products of rows that lie in memory as they are.</summary>
    public readonly bool IsDots;

    /// <summary>
    /// Whether the thread that computes a strip packs it first: it is read from memory once and found in the cache. So where few
    /// panels use it, all in one task.
    /// </summary>
    public readonly bool PacksInTask;

    /// <summary>Whether a panel meets all strips before the next does: short sums, whose time goes into writing C row by row.</summary>
    public readonly bool WritesRows;

    /// <summary>Room for strips that are packed in a task.</summary>
    public readonly ScratchSlots? Scratch;

    /// <summary>Floats of packed A in a slot.</summary>
    public readonly long RoomOfA;

    /// <summary>Floats of scratch one item takes. A ragged strip is packed for all blocks at once, unless others are.</summary>
    public readonly long Slot;

    /// <summary>Tasks of one item: rectangles of tiles.</summary>
    public readonly int Tasks;

    // By whether the panel is one of the largest, and whether the strip is the last.
    private readonly nint[] kernels;
    private readonly int panelsOfTask;
    private readonly int stripsOfTask;

    public MatMulPlan(in MatMulShape shape, int lanes, int threads)
    {
        Shape = shape;
        Lanes = lanes;
        var (rows, columns, inner) = (shape.Rows, shape.Columns, shape.Inner);
        Vectors = TileKernels.VectorsFor(lanes, rows);
        Width = Vectors * lanes;
        Strips = Up(columns, Width);
        LastVectors = Up(columns - (Strips - 1) * Width, lanes);
        Panels = new RowPanels(rows, TileKernels.RowsFor(lanes, Vectors));
        kernels = [];
        IsDots = rows == 1 && shape.TransposeB;
        if (IsDots)
        {
            (Block, Blocks, Items, panelsOfTask, stripsOfTask) = (inner, 1, shape.Batch, 1, Strips);
            return;
        }
        var areBothLarge = Panels.Count >= LeastReuse && Strips >= LeastReuse;
        // Rows whose lines fall into one set of the first cache push each other out.
        var isBadlyStrided = (shape.TransposeA ? rows % FloatsOfFewSets == 0 && inner >= LeastInnerToPack : inner % FloatsOfAllSets == 0)
            && Panels.Count > 1 && Strips >= LeastReuse;
        PackA = isBadlyStrided || (areBothLarge && (long)rows * inner > FloatsOfSmallOperand);
        var isBadB = columns % FloatsOfFewSets == 0 && inner >= LeastInnerToPack && Panels.Count > LeastReuse / 2;
        PackB = shape.TransposeB || isBadB || (areBothLarge && (long)inner * columns > FloatsOfSmallOperand) ? PackedColumns.All
            : columns % lanes == 0 ? PackedColumns.None : PackedColumns.Ragged;
        // A B that is read once, from beyond the caches, is read along its rows.
        var isStreamed = Panels.Count == 1 && PackB != PackedColumns.All && (long)inner * columns > FloatsOfStreamedOperand;
        PacksInTask = PackB == PackedColumns.All && !PackA && shape.Batch == 1 && Panels.Count <= PanelsOfOneTask && Strips > StripsPackedAtOnce;
        // A line of B is short where it is packed as it lies: fewer of them come from memory at a time.
        var most = isStreamed ? InnerOfStreamedBlock : PacksInTask && !shape.TransposeB ? InnerOfPackedBlock : InnerOfBlock;
        Block = Up(inner, Up(inner, most));
        Blocks = Up(inner, Block);
        RoomOfA = PackA ? (long)Panels.Count * PanelRoom : 0;
        WritesRows = Blocks == 1 && inner <= InnerOfWrittenRows && Panels.Count >= LeastReuse && (long)Strips * Width * inner <= FloatsOfCachedStrips;
        if (PacksInTask)
            Scratch = new ScratchSlots(threads, (long)StripsPackedAtOnce * StripRoom);
        Slot = RoomOfA + PackB switch
        {
            _ when PacksInTask => 0,
            PackedColumns.None => 0,
            PackedColumns.Ragged => (long)LastVectors * lanes * (PackA ? Block : inner) + Packing.Slack,
            _ => (long)Strips * StripRoom,
        };
        Items = Slot == 0 ? shape.Batch : (int)Math.Clamp(FloatsInFlight / Slot, 1, shape.Batch);
        ItemATask = shape.Batch > 1 && Items >= TasksOfThread * threads;
        panelsOfTask = Math.Clamp(FloatsOfRowTask / (Block * Panels.Largest), 1, Panels.Count);
        stripsOfTask = Math.Min(isStreamed || WritesRows ? StripsOfStreamedTask : StripsOfTask, Strips);
        if (PacksInTask)
            panelsOfTask = Panels.Count;
        var cost = Cost((long)rows * columns * inner);
        if (threads > 1 && !ItemATask && cost > LeastTask)
            (panelsOfTask, stripsOfTask) = Balance(threads, cost);
        Tasks = Up(Panels.Count, panelsOfTask) * Up(Strips, stripsOfTask);
        kernels = [KernelFor(Panels.Smallest, Vectors), KernelFor(Panels.Smallest, LastVectors), KernelFor(Panels.Largest, Vectors), KernelFor(Panels.Largest, LastVectors)];
    }

    /// <summary>Whether operands are packed block by block, so that each block is a launch of its own.</summary>
    public bool IsStaged => PackA || (PackB == PackedColumns.All && !PacksInTask);

    /// <summary>Floats between the packed panels of A.</summary>
    public int PanelRoom => Panels.Largest * Block + Packing.Slack;

    /// <summary>Floats between the packed strips of B.</summary>
    public int StripRoom => Width * Block + Packing.Slack;

    /// <summary>Floats of scratch the product takes.</summary>
    public long Workspace => Slot * Items + (Scratch?.Room ?? 0);

    /// <summary>Strips that a task packs before it uses them.</summary>
    public static int PackedAtOnce => StripsPackedAtOnce;

    /// <summary>Nanoseconds that multiply-adds take one thread: a guess, good enough to share them out.</summary>
    public float Cost(long multiplyAdds) => multiplyAdds / (4f * Lanes);

    /// <summary>The tiles of a task: panels [top, bottom), strips [left, right).</summary>
    public (int Top, int Bottom, int Left, int Right) Rectangle(int task)
    {
        var across = Up(Strips, stripsOfTask);
        var (top, left) = (task / across * panelsOfTask, task % across * stripsOfTask);
        return (top, Math.Min(top + panelsOfTask, Panels.Count), left, Math.Min(left + stripsOfTask, Strips));
    }

    /// <summary>The micro-kernel of a panel's tile in a strip.</summary>
    public delegate*<Tile*, void> Kernel(int rows, bool isLast) =>
        (delegate*<Tile*, void>)kernels[(rows > Panels.Smallest ? 2 : 0) + (isLast ? 1 : 0)];

    private nint KernelFor(int rows, int vectors) => (nint)TileKernels.Get(Lanes, rows, vectors, PackA || Shape.TransposeA);

    private static int Up(int count, int size) => (count + size - 1) / size;

    // The largest tasks that leave no thread idle for more than a tenth of the time, and some to take over from a thread
    // that lost its core.
    private (int Panels, int Strips) Balance(int threads, float cost)
    {
        var best = (panelsOfTask, stripsOfTask);
        var least = double.MaxValue;
        var wanted = Math.Clamp(cost / LeastTask, threads, threads * TasksOfThread);
        for (var panels = panelsOfTask; panels > 0; panels = PacksInTask ? 0 : panels / 2)
        {
            // Strips that are packed together stay together.
            for (var strips = stripsOfTask; strips > 0; strips -= PacksInTask ? StripsPackedAtOnce : WritesRows ? Strips : 1)
            {
                var tasks = (long)Up(Panels.Count, panels) * Up(Strips, strips);
                var waste = (double)((tasks + threads - 1) / threads * panels * strips) * threads / ((double)Panels.Count * Strips);
                if (waste < least)
                    (best, least) = ((panels, strips), waste);
                if (waste < 1.1 && tasks >= wanted)
                    return (panels, strips);
            }
        }
        return best;
    }
}
