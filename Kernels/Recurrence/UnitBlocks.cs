using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GpuNN.Kernels;

/// <summary>
/// How the host cuts a product of a recurrent layer's step: blocks of units, each with the strips of the packed weights that it needs, and runs of rows of
/// the batch. A block's product is computed with the matrix product's micro-kernels.
/// </summary>
internal sealed unsafe class UnitBlocks
{
    /// <summary>Rows of a task, roughly. With fewer the multipliers would wait for the weights, and with more one thread for the other.</summary>
    public const int RowsOfTask = 8;

    private const int FloatsOfCachedWeights = (1 << 18) + (1 << 12);
    private const float MostWaste = 1.25f;
    private const int MostRows = 14;

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
    /// <param name="adds">Whether it is added to what stands there.</param>
    [MethodImpl(Hot.Loop)]
    public void Multiply(float* a, float* packed, float* products, int first, int last, bool adds = false)
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
            Accumulate = adds ? 1 : 0,
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

    private static int Up(int count, int size) => size == 0 ? 0 : (count + size - 1) / size;

    /// <summary>Where the rows of a product stand.</summary>
    /// <param name="Inner">Inner indices side by side.</param>
    /// <param name="Outer">How often the inner indices are run through.</param>
    /// <param name="RowOfA">Floats from one row of the left operand to the next.</param>
    /// <param name="Jump">Floats from behind the last inner index of the left operand to the first of the next outer one.</param>
    internal readonly record struct Operand(int Inner, int Outer, int RowOfA, int Jump);
}
