using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GpuNN.Kernels;

/// <summary>
/// How the host runs the steps of a recurrent layer: the units are cut into blocks of a few vectors, the batch into runs of rows. A task
/// computes the recurrent product of its rows and units with the matrix product's micro-kernels, and the gates on that while it is in cache. The
/// recurrent weights are packed once for all steps. The cut depends on the sizes and the lane width alone.
/// </summary>
internal sealed unsafe class RecurrencePlan
{
    /// <summary>Rows of a task, roughly. With fewer the multipliers would wait for the weights, and with more one thread for the other.</summary>
    private const int RowsOfTask = 8;

    private const int FloatsOfCachedWeights = (1 << 18) + (1 << 12);
    private const float MostWaste = 1.25f;
    private const int MostRows = 14;
    private const int RowsOfChunk = 256;

    public readonly RecurrenceShape Shape;
    public readonly int Gates;
    public readonly int Lanes;

    /// <summary>Columns of the product, in the order of the operands: gates times units.</summary>
    public readonly int Columns;

    /// <summary>The blocks of a step forward, whose product has a column for each gate of a unit.</summary>
    public readonly UnitBlocks Forward;

    /// <summary>The blocks of a step back, whose product has a column a unit.</summary>
    public readonly UnitBlocks Back;

    /// <summary>Steps whose gradients by the product are kept until they are multiplied with the states before them.</summary>
    public readonly int StepsOfChunk;

    /// <summary>A plan for these sizes.</summary>
    public RecurrencePlan(in RecurrenceShape shape, int gates, int lanes)
    {
        Shape = shape;
        Gates = gates;
        Lanes = lanes;
        Columns = checked(gates * shape.Units);
        // A step is written while the one behind it is read: never fewer than two.
        StepsOfChunk = Math.Clamp(RowsOfChunk / Math.Max(1, shape.Batch), 2, Math.Max(2, shape.Steps));
        Forward = new UnitBlocks(shape, gates, lanes, new Operand(Inner: shape.Units, Outer: 1, RowOfA: shape.Units, Jump: 0));
        var units = UnitBlocks.UnitsOf(shape, lanes);
        Strips = UnitBlocks.CountOf(shape, lanes) * gates;
        Back = new UnitBlocks(shape, 1, lanes, new Operand(Inner: units, Outer: Strips, RowOfA: units, Jump: (StepsOfChunk * shape.Batch - 1) * units));
    }

    /// <summary>Floats of scratch of a run forward: packed weights, then the products of a step.</summary>
    public long ForwardWorkspace => Forward.Packed + Forward.Products;

    /// <summary>Strips of a block's units and one gate.</summary>
    public int Strips { get; }

    /// <summary>Floats of a strip of a chunk's gradients by the product: a row of units for each row of the batch, step behind step.</summary>
    public long FlowStrip => checked(StepsOfChunk * Shape.Batch * Back.Units);

    /// <summary>Floats of a strip of the gradient of the recurrent weights: a row for each unit of the state.</summary>
    public long WeightStrip => checked(Shape.Units * Back.Units);

    /// <summary>Floats that a sum of gradients by the learned numbers takes, of one run of rows.</summary>
    public long VectorSums(int vectors) => (long)vectors * HostMemory.Room(Shape.Units + Lanes);

    /// <summary>Floats of scratch of a run back: packed weights, products, gradients by the product, those of the weights, carried gradients, sums.</summary>
    public long BackWorkspace(int vectors) =>
        Back.Packed + Back.Products + Strips * (FlowStrip + WeightStrip) + 2 * HostMemory.Room(Shape.State) + Back.RowBlocks * VectorSums(vectors);

    /// <summary>
    /// Where a turn's gradients by the product stand in a chunk; chunks are counted from the last turn. Steps that follow each other in
    /// memory do so here.
    /// </summary>
    public int Slot(int turn)
    {
        var done = (Shape.Steps - 1 - turn) % StepsOfChunk;
        return Shape.Backwards ? done : StepsOfChunk - 1 - done;
    }

    private static int Up(int count, int size) => size == 0 ? 0 : (count + size - 1) / size;

    /// <summary>Where the rows of a product stand.</summary>
    /// <param name="Inner">Inner indices side by side.</param>
    /// <param name="Outer">How often the inner indices are run through.</param>
    /// <param name="RowOfA">Floats from one row of the left operand to the next.</param>
    /// <param name="Jump">Floats from behind the last inner index of the left operand to the first of the next outer one.</param>
    internal readonly record struct Operand(int Inner, int Outer, int RowOfA, int Jump);

    /// <summary>Blocks of units, each with the strips of the packed weights that it needs.</summary>
    internal sealed class UnitBlocks
    {
        private readonly nint[] kernels;
        private readonly nint[] noJumps;
        private readonly Operand operand;

        public UnitBlocks(in RecurrenceShape shape, int gates, int lanes, in Operand operand)
        {
            this.operand = operand;
            // The packed weights stand one behind the other. Kernels read these by address.
            noJumps = GC.AllocateArray<nint>(operand.Outer, pinned: true);
            Inner = operand.Inner * operand.Outer;
            Vectors = UnitsOf(shape, lanes) / lanes;
            VectorsOfStrip = gates == 3 ? 3 : gates * Vectors == 1 ? 1 : 2;
            Strips = gates * Vectors / VectorsOfStrip;
            Width = gates * Vectors * lanes;
            Count = CountOf(shape, lanes);
            RowBlocks = shape.Batch < 2 * RowsOfTask ? 1 : shape.Batch < 4 * RowsOfTask ? 2 : Up(shape.Batch, 4 * RowsOfTask) * 4;
            var rows = Up(shape.Batch, RowBlocks);
            Panels = new RowPanels(shape.Batch, Math.Max(1, Up(rows, Up(rows, Math.Min(MostRows, TileKernels.RowsFor(lanes, VectorsOfStrip))))));
            Units = Vectors * lanes;
            Packed = Count * (long)PackedBlock;
            Products = (long)Count * shape.Batch * Width;
            Cost = (float)shape.Batch / RowBlocks * Units * ((float)Inner * gates / (4f * lanes) + 2f);
            kernels = Panels.Count == 0 ? [] :
                [(nint)TileKernels.Get(lanes, Panels.Smallest, VectorsOfStrip, panel: false), (nint)TileKernels.Get(lanes, Panels.Largest, VectorsOfStrip, panel: false)];
        }

        /// <summary>Inner indices of the product, outer times inner ones.</summary>
        public int Inner { get; }

        /// <summary>Vectors of units of a block.</summary>
        public int Vectors { get; }

        /// <summary>Units of a block.</summary>
        public int Units { get; }

        /// <summary>Vectors across a strip.</summary>
        public int VectorsOfStrip { get; }

        /// <summary>Strips of a block.</summary>
        public int Strips { get; }

        /// <summary>Columns of a block's product.</summary>
        public int Width { get; }

        /// <summary>Blocks.</summary>
        public int Count { get; }

        /// <summary>Rows of the batch, cut to the height of a micro-kernel.</summary>
        public RowPanels Panels { get; }

        /// <summary>Runs of rows that are tasks of their own.</summary>
        public int RowBlocks { get; }

        /// <summary>Tasks of a step.</summary>
        public int Tasks => Count * RowBlocks;

        /// <summary>Whether threads take rows of the batch through the steps, each its own.</summary>
        public bool SplitByRows(int threads) => threads > 1 && Packed <= FloatsOfCachedWeights && Up(RowBlocks, threads) * threads <= RowBlocks * MostWaste;

        /// <summary>Nanoseconds that a task takes, roughly.</summary>
        public float Cost { get; }

        /// <summary>Floats of all packed weights.</summary>
        public long Packed { get; }

        /// <summary>Floats of all products of a step.</summary>
        public long Products { get; }

        /// <summary>Floats of a block's packed weights.</summary>
        public int PackedBlock => checked(Inner * Width + Packing.Slack);

        /// <summary>The panels of a run of rows: [first, last).</summary>
        public (int First, int Last) PanelsOf(int rowBlock) => (Panels.Count * rowBlock / RowBlocks, Panels.Count * (rowBlock + 1) / RowBlocks);

        /// <summary>Units of a block: two vectors of them, one where there are no more.</summary>
        public static int UnitsOf(in RecurrenceShape shape, int lanes) => shape.Units > lanes ? 2 * lanes : lanes;

        /// <summary>Blocks that the units are cut into.</summary>
        public static int CountOf(in RecurrenceShape shape, int lanes) => Up(shape.Units, UnitsOf(shape, lanes));

        /// <summary>Multiplies the rows of some panels with a block's weights.</summary>
        /// <param name="a">First row of the batch.</param>
        /// <param name="packed">The block's packed weights.</param>
        /// <param name="products">The block's product, a row of <see cref="Width"/> for each row of the batch.</param>
        /// <param name="first">First panel.</param>
        /// <param name="last">The one behind the last.</param>
        [MethodImpl(Hot.Loop)]
        public void Multiply(float* a, float* packed, float* products, int first, int last)
        {
            var strip = Width / Strips;
            var tile = new Tile
            {
                RowOfA = (nint)operand.RowOfA * sizeof(float),
                StepOfA = sizeof(float),
                StepOfB = (nint)strip * sizeof(float),
                RowOfC = (nint)Width * sizeof(float),
                Inner = operand.Inner,
                Outer = operand.Outer,
                JumpOfA = (nint)operand.Jump * sizeof(float),
                JumpsOfB = (nint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(noJumps)),
                Start = TileKernels.Zeros,
            };
            for (var s = 0; s < Strips; s++)
            {
                tile.B = packed + (nint)s * Inner * strip;
                for (var panel = first; panel < last; panel++)
                {
                    var row = Panels.First(panel);
                    tile.A = a + (nint)row * operand.RowOfA;
                    tile.C = products + (nint)row * Width + s * strip;
                    ((delegate*<Tile*, void>)kernels[Panels.Rows(panel) > Panels.Smallest ? 1 : 0])(&tile);
                }
            }
        }
    }
}
