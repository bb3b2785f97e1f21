namespace GpuNN.Kernels;

/// <summary>
/// A program's host form at one lane width: an emitted method that runs a row, and the loops around it.
/// The addresses are those of the leaves, then the outputs, then the constants.
/// </summary>
internal abstract unsafe class HostForm
{
    private protected HostForm(delegate*<float**, int, void> rows) => Rows = rows;

    /// <summary>Runs n elements, a multiple of the lane width; all outputs of a vector are stored after its loads.</summary>
    public delegate*<float**, int, void> Rows { get; }

    /// <summary>The form at a width of 4, 8 or 16 floats.</summary>
    /// <param name="program">A checked program.</param>
    /// <param name="width">Floats in a vector.</param>
    /// <param name="streaming">Whether the outputs go past the caches.</param>
    public static HostForm Emit(PointwiseProgram program, int width, bool streaming) => width switch
    {
        16 => new HostForm<Lane512>(program, streaming),
        8 => new HostForm<Lane256>(program, streaming),
        4 => new HostForm<Lane128>(program, streaming),
        _ => throw new ArgumentOutOfRangeException(nameof(width), width, "A host lane is 4, 8 or 16 floats wide. Pass the route's LaneWidth."),
    };

    /// <summary>Runs n elements, any number.</summary>
    public abstract void RunRow(float** at, int n);

    /// <summary>Runs all rows of (outer, inner) on the route's threads; an outer size of 1 is cut within the row.</summary>
    public abstract void Run(HostRoute route, float** at, int outer, int inner, float cost);
}

internal sealed unsafe class HostForm<T> : HostForm where T : struct, IHostLane<T>
{
    // Cuts of one long row fall on multiples of this, so that no two threads share a line.
    private const int Grain = 1024;

    private readonly PointwiseProgram program;
    private readonly int leaves;
    private readonly int operands;
    private readonly bool streaming;

    public HostForm(PointwiseProgram program, bool streaming) : base(HostEmitter.Emit(program, typeof(T), T.Width, streaming))
    {
        this.program = program;
        leaves = program.Leaves.Length;
        operands = program.Leaves.Length + program.Outputs.Length;
        this.streaming = streaming;
    }

    public override void RunRow(float** at, int n)
    {
        var vectors = stackalloc bool[operands];
        for (var k = 0; k < operands; k++)
            vectors[k] = HostEmitter.Advances(program, k);
        new RowJob<T>(Rows, at, vectors, leaves, operands, streaming).Run(0, n);
    }

    public override void Run(HostRoute route, float** at, int outer, int inner, float cost)
    {
        var vectors = stackalloc bool[operands];
        var strides = stackalloc nint[operands];
        for (var k = 0; k < operands; k++)
        {
            vectors[k] = HostEmitter.Advances(program, k);
            strides[k] = k >= leaves || program.Leaves[k] == LeafKind.Full ? inner : program.Leaves[k] == LeafKind.Column ? 1 : 0;
        }

        var row = new RowJob<T>(Rows, at, vectors, leaves, operands, streaming);
        if (outer == 1)
            route.Split(inner, Grain, row, cost);
        else
            route.Split(outer, Math.Max(1, 16 / inner), new RowsJob<T>(row, strides, inner), cost * inner);
    }
}
