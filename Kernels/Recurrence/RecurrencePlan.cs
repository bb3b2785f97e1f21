using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// How the host runs the steps of a recurrent layer: the units are cut into blocks of a few vectors, the batch into runs of rows. A task
/// computes the recurrent product of its rows and units with the matrix product's micro-kernels, and the gates on that while it is in cache. The
/// recurrent weights are packed once for all steps. The cut depends on the sizes and the lane width alone.
/// </summary>
internal sealed unsafe class RecurrencePlan
{
    /// <summary>Tasks of a step from which on the batch is not cut.</summary>
    private const int TasksOfStep = 8;

    private const int MostRows = 14;
    private const int PitchSlack = 16;
    private const int FloatsOfAllSets = 1024;

    public readonly RecurrenceShape Shape;
    public readonly int Gates;
    public readonly int Lanes;

    /// <summary>Columns of the product, in the order of the operands: gates times units.</summary>
    public readonly int Columns;

    /// <summary>The blocks of a step forward, whose product has a column for each gate of a unit.</summary>
    public readonly UnitBlocks Forward;

    /// <summary>The blocks of a step back, whose product has a column a unit.</summary>
    public readonly UnitBlocks Back;

    /// <summary>
    /// Whether the gradients by the product are multiplied where they lie. Rows whose lines fall into one set of the first cache would push each
    /// other out; those are copied apart.
    /// </summary>
    public readonly bool FlowsInPlace;

    /// <summary>Floats from one row of a step's gradient by the product to the next.</summary>
    public readonly int Pitch;

    /// <summary>A plan for these sizes.</summary>
    public RecurrencePlan(in RecurrenceShape shape, int gates, int lanes)
    {
        Shape = shape;
        Gates = gates;
        Lanes = lanes;
        Columns = checked(gates * shape.Units);
        Forward = new UnitBlocks(shape, gates, lanes, inner: shape.Units);
        Back = new UnitBlocks(shape, 1, lanes, inner: Columns);
        FlowsInPlace = Columns % FloatsOfAllSets != 0;
        Pitch = FlowsInPlace ? Columns : (int)HostMemory.Room(Columns) + PitchSlack;
    }

    /// <summary>Floats of scratch of a run forward: packed weights, then the products of a step.</summary>
    public long ForwardWorkspace => Forward.Packed + Forward.Products;

    /// <summary>Floats that a sum of gradients by the learned numbers takes, of one run of rows.</summary>
    public long VectorSums(int vectors) => (long)vectors * HostMemory.Room(Shape.Units + Lanes);

    /// <summary>Floats of a step's gradients by the product that are copied apart.</summary>
    public long Flow => FlowsInPlace ? 0 : (long)Shape.Batch * Pitch;

    /// <summary>Floats of scratch of a run back: packed weights, products, two steps' gradients by the product, carried gradients, sums.</summary>
    public long BackWorkspace(int vectors) => Back.Packed + Back.Products + 2 * Flow + 2 * HostMemory.Room(Shape.State) + Back.RowBlocks * VectorSums(vectors);

    /// <summary>Blocks of units, each with the strips of the packed weights that it needs.</summary>
    internal sealed class UnitBlocks
    {
        private readonly nint[] kernels;

        public UnitBlocks(in RecurrenceShape shape, int gates, int lanes, int inner)
        {
            Inner = inner;
            var vectorsOfUnits = (shape.Units + lanes - 1) / lanes;
            Vectors = Math.Min(2, vectorsOfUnits);
            VectorsOfStrip = gates == 3 ? 3 : gates * Vectors == 1 ? 1 : 2;
            Strips = gates * Vectors / VectorsOfStrip;
            Width = gates * Vectors * lanes;
            Count = (vectorsOfUnits + Vectors - 1) / Vectors;
            Panels = new RowPanels(shape.Batch, Math.Min(MostRows, TileKernels.RowsFor(lanes, VectorsOfStrip)));
            RowBlocks = Math.Clamp(TasksOfStep / Count, 1, Math.Max(1, Panels.Count));
            Units = Vectors * lanes;
            Packed = Count * (long)PackedBlock;
            Products = (long)Count * shape.Batch * Width;
            Cost = (float)shape.Batch / RowBlocks * Units * ((float)inner * gates / (4f * lanes) + 2f);
            kernels = Panels.Count == 0 ? [] :
                [(nint)TileKernels.Get(lanes, Panels.Smallest, VectorsOfStrip, panel: false), (nint)TileKernels.Get(lanes, Panels.Largest, VectorsOfStrip, panel: false)];
        }

        /// <summary>Inner indices of the product.</summary>
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

        /// <summary>Multiplies the rows of some panels with a block's weights.</summary>
        /// <param name="a">First row of the batch.</param>
        /// <param name="pitch">Floats from one row to the next.</param>
        /// <param name="packed">The block's packed weights.</param>
        /// <param name="products">The block's product, a row of <see cref="Width"/> for each row of the batch.</param>
        /// <param name="first">First panel.</param>
        /// <param name="last">The one behind the last.</param>
        [MethodImpl(Hot.Loop)]
        public void Multiply(float* a, int pitch, float* packed, float* products, int first, int last)
        {
            var strip = Width / Strips;
            var tile = new Tile
            {
                RowOfA = (nint)pitch * sizeof(float),
                StepOfA = sizeof(float),
                StepOfB = (nint)strip * sizeof(float),
                RowOfC = (nint)Width * sizeof(float),
                Inner = Inner,
                Outer = 1,
                Start = TileKernels.Zeros,
            };
            for (var s = 0; s < Strips; s++)
            {
                tile.B = packed + (nint)s * Inner * strip;
                for (var panel = first; panel < last; panel++)
                {
                    var row = Panels.First(panel);
                    tile.A = a + (nint)row * pitch;
                    tile.C = products + (nint)row * Width + s * strip;
                    ((delegate*<Tile*, void>)kernels[Panels.Rows(panel) > Panels.Smallest ? 1 : 0])(&tile);
                }
            }
        }
    }
}
