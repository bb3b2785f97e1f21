namespace GpuNN.Kernels;

/// <summary>
/// How the host runs the steps of a recurrent layer: the units are cut into blocks of a few vectors, the batch into runs of rows. A task
/// computes the recurrent product of its rows and units with the matrix product's micro-kernels, and the gates on that while it is in cache. The
/// recurrent weights are packed once for all steps. The cut depends on the sizes and the lane width alone.
/// </summary>
internal sealed class RecurrencePlan
{
    private const int RowsOfChunk = 256;
    private const int FloatsOfBothCachedWeights = (5 << 16) + (1 << 13);

    public readonly RecurrenceShape Shape;
    public readonly int Gates;
    public readonly int Lanes;

    /// <summary>Columns of the product, in the order of the operands: gates times units.</summary>
    public readonly int Columns;

    /// <summary>The blocks of a step forward, whose product has a column for each gate of a unit.</summary>
    public readonly UnitBlocks Forward;

    /// <summary>The blocks of a step's product of inputs and input weights, cut like those of <see cref="Forward"/>.</summary>
    public readonly UnitBlocks Input;

    /// <summary>The blocks of a step back, whose product has a column a unit.</summary>
    public readonly UnitBlocks Back;

    /// <summary>Steps whose gradients by the product are kept until they are multiplied with the states before them.</summary>
    public readonly int StepsOfChunk;

    /// <summary>
    /// Whether a step multiplies its own inputs, which are in the cache then: where its rows are worth it and the weights of inputs and
    /// states together stay in a core's cache. Else the inputs of all steps are multiplied first, and pass through memory.
    /// </summary>
    public readonly bool TakesInputs;

    /// <summary>Whether the gradients by the product of the states differ from those by that of the inputs.</summary>
    public readonly bool OwnProduct;

    /// <summary>A plan for these sizes.</summary>
    public RecurrencePlan(in RecurrenceShape shape, int gates, bool ownProduct, int lanes)
    {
        Shape = shape;
        Gates = gates;
        Lanes = lanes;
        Columns = checked(gates * shape.Units);
        // A step is written while the one behind it is read: never fewer than two.
        StepsOfChunk = Math.Clamp(RowsOfChunk / Math.Max(1, shape.Batch), 2, Math.Max(2, shape.Steps));
        Forward = new UnitBlocks(shape, gates, lanes, new(Inner: shape.Units, Outer: 1, RowOfA: shape.Units, Jump: 0));
        Input = new UnitBlocks(shape, gates, lanes, new(Inner: shape.Features, Outer: 1, RowOfA: shape.Features, Jump: 0));
        TakesInputs = shape.Batch >= UnitBlocks.RowsOfTask && Forward.Packed + Input.Packed <= FloatsOfBothCachedWeights;
        OwnProduct = ownProduct;
        var units = UnitBlocks.UnitsOf(shape, lanes);
        Strips = UnitBlocks.CountOf(shape, lanes) * gates;
        Back = new UnitBlocks(shape, 1, lanes, new(Inner: units, Outer: Strips, RowOfA: units, Jump: (StepsOfChunk * shape.Batch - 1) * units));
    }

    /// <summary>Floats of scratch of a run forward: packed weights and the products of a step, then the same for the inputs where a step takes them.</summary>
    public long ForwardWorkspace => Forward.Packed + Forward.Products + (TakesInputs ? Input.Packed + (OwnProduct ? Input.Products : 0) : 0);

    /// <summary>Strips of a block's units and one gate.</summary>
    public int Strips { get; }

    /// <summary>Floats of a strip of a chunk's gradients by a product: a row of units for each row of the batch, step behind step.</summary>
    public long FlowStrip => checked(StepsOfChunk * Shape.Batch * Back.Units);

    /// <summary>Floats of all strips of a chunk's gradients by a product.</summary>
    public long Flows => Strips * FlowStrip;

    /// <summary>Floats that a sum of gradients by the learned numbers takes, of one run of rows.</summary>
    public long VectorSums(int vectors) => (long)vectors * HostMemory.Room(Shape.Units + Lanes);

    /// <summary>
    /// Floats of scratch of a run back: packed weights, products, gradients by the product of states and by that of inputs, those of the recurrent and of the
    /// input weights, carried gradients, sums.
    /// </summary>
    public long BackWorkspace(int vectors) => Back.Packed + Back.Products + (OwnProduct ? 2 : 1) * Flows
        + HostWeightGradient.Room(this, Shape.Units) + HostWeightGradient.Room(this, Shape.Features)
        + 2 * HostMemory.Room(Shape.State) + Back.RowBlocks * VectorSums(vectors);

    /// <summary>
    /// Where a turn's gradients by the product stand in a chunk; chunks are counted from the last turn. Steps that follow each other in
    /// memory do so here.
    /// </summary>
    public int Slot(int turn)
    {
        var done = (Shape.Steps - 1 - turn) % StepsOfChunk;
        return Shape.Backwards ? done : StepsOfChunk - 1 - done;
    }
}
