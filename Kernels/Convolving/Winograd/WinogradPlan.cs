namespace GpuNN.Kernels;

/// <summary>
/// How the host runs a convolution of many channels by the transforms of <see cref="WinogradTransform"/>. The results are cut into
/// square tiles of as many pixels a side as one transform gives; a tile's sources, weights and results have 36 places each, and
/// at each place the products of all tiles are one matrix product. Tiles are worked on in blocks of whole lines (a line is a row of
/// tiles of one image) that stay in the second cache; within a block pixels stand channels last, so that a vector holds channels.
/// </summary>
internal sealed unsafe class WinogradPlan
{
    private const int LeastChannels = 16;
    private const int MostRuns = 8;
    private const long FloatsOfSums = 3 << 20;
    private const int FloatsOfLine = 16;

    public readonly ConvolutionShape Shape;
    public readonly int Lanes;

    /// <summary>Whether the sums go from outputs back to inputs.</summary>
    public readonly bool IsGradient;

    /// <summary>Channels that are summed over.</summary>
    public readonly int Channels;

    /// <summary>Channels that are computed.</summary>
    public readonly int Targets;

    /// <summary>Channels and targets, rounded up to whole vectors.</summary>
    public readonly int PaddedChannels, PaddedTargets;

    /// <summary>Rows and columns of a source image and of a computed one.</summary>
    public readonly int SourceHeight, SourceWidth, TargetHeight, TargetWidth;

    /// <summary>Rows and columns of padding before the source.</summary>
    public readonly int Top, Left;

    /// <summary>Rows and columns of the window.</summary>
    public readonly int Taps;

    /// <summary>Results along each side of a tile.</summary>
    public readonly int Side;

    /// <summary>Lines of tiles of an image, and tiles of a line.</summary>
    public readonly int Down, Across;

    /// <summary>Lines of tiles of a block.</summary>
    public readonly int Lines;

    /// <summary>Floats from one place to the next among a block's sources and results.</summary>
    public readonly long Sources, Results;

    /// <summary>Vectors across a strip of targets, strips, and vectors across the last one.</summary>
    public readonly int Vectors, Strips, LastVectors;

    /// <summary>Images of a gradient by the weights are cut into so many runs, whose sums are kept apart and added in order.</summary>
    public readonly int Runs;

    /// <summary>Places in a slot: transformed sources, results, results channels last, zeros for padding; sources channels last come first.</summary>
    public readonly long AtSources, AtResults, AtTargets, AtZeros;

    public readonly ScratchSlots Scratch;

    private readonly int mostRows;

    /// <param name="shape">Sizes that <see cref="Suits"/> takes.</param>
    /// <param name="isGradient">Whether the sums go from outputs back to inputs.</param>
    /// <param name="lanes">Floats a vector.</param>
    /// <param name="threads">Threads of the route.</param>
    /// <param name="tasks">Blocks wanted. Those of a gradient by the weights set the order of its sums, so it must not depend on the threads.</param>
    /// <param name="floatsOfBlock">Floats of a block's transformed sources and results.</param>
    public WinogradPlan(in ConvolutionShape shape, bool isGradient, int lanes, int threads, int tasks, long floatsOfBlock)
    {
        (Shape, IsGradient, Lanes) = (shape, isGradient, lanes);
        var window = shape.Window;
        Taps = window.WindowHeight;
        Side = WinogradTransform.Partner(Taps);
        if (isGradient)
        {
            (Channels, Targets) = (shape.Outputs, shape.Inputs);
            (SourceHeight, SourceWidth, TargetHeight, TargetWidth) = (window.OutHeight, window.OutWidth, window.Height, window.Width);
            (Top, Left) = (Taps - 1 - window.Top, Taps - 1 - window.Left);
        }
        else
        {
            (Channels, Targets) = (shape.Inputs, shape.Outputs);
            (SourceHeight, SourceWidth, TargetHeight, TargetWidth) = (window.Height, window.Width, window.OutHeight, window.OutWidth);
            (Top, Left) = (window.Top, window.Left);
        }
        (PaddedChannels, PaddedTargets) = (Up(Channels, lanes) * lanes, Up(Targets, lanes) * lanes);
        (Down, Across) = (Up(TargetHeight, Side), Up(TargetWidth, Side));
        Runs = RunsOf(shape, lanes);
        var ofLine = (long)WinogradTransform.Places * Across * (PaddedChannels + PaddedTargets);
        Lines = (int)Math.Clamp(floatsOfBlock / ofLine, 1, Up(shape.Batch * Down, tasks));
        Vectors = TileKernels.VectorsFor(lanes, Lines * Across);
        mostRows = TileKernels.RowsFor(lanes, Vectors);
        Strips = Up(PaddedTargets, Vectors * lanes);
        LastVectors = PaddedTargets / lanes - (Strips - 1) * Vectors;
        Sources = Spread((long)Lines * Across * PaddedChannels);
        Results = Spread((long)Lines * Across * PaddedTargets);
        AtSources = (long)Math.Min(SourceHeight, Lines * Side + Taps - 1) * SourceWidth * PaddedChannels;
        AtResults = AtSources + WinogradTransform.Places * Sources;
        AtTargets = AtResults + WinogradTransform.Places * Results;
        AtZeros = AtTargets + (long)Lines * Side * Across * Side * PaddedTargets;
        Scratch = new ScratchSlots(threads, AtZeros + PaddedChannels);
    }

    /// <summary>Floats of the transformed weights, or of the sums of one run of a gradient by the weights.</summary>
    public long Weights => (long)WinogradTransform.Places * Channels * PaddedTargets;

    /// <summary>Lines of tiles of all images.</summary>
    public int AllLines => Shape.Batch * Down;

    /// <summary>Tasks of a launch over all lines: blocks.</summary>
    public int Blocks => Up(AllLines, Lines);

    /// <summary>Pixels of a source image.</summary>
    public int SourcePixels => SourceHeight * SourceWidth;

    /// <summary>Pixels of a computed image.</summary>
    public int TargetPixels => TargetHeight * TargetWidth;

    /// <summary>
    /// Whether the transforms save time: a square window of 3 or 5 without strides, and so many channels that the transforms cost little
    /// beside the products, and tiles that do not reach far beyond the results.
    /// </summary>
    public static bool Suits(in ConvolutionShape shape)
    {
        var window = shape.Window;
        if (window.WindowHeight != window.WindowWidth || window.WindowHeight is not (3 or 5) || shape.Groups > 1
            || window.RowStride != 1 || window.ColumnStride != 1 || window.RowDilation != 1 || window.ColumnDilation != 1)
            return false;
        var side = WinogradTransform.Partner(window.WindowHeight);
        var covered = (long)Up(window.OutHeight, side) * Up(window.OutWidth, side) * side * side;
        return shape.Batch > 0 && window.OutPixels > 0 && Math.Min(shape.Inputs, shape.Outputs) >= LeastChannels && 2 * covered <= 3L * window.OutPixels;
    }

    /// <summary>Whether the sums of a gradient by the weights are few enough to be kept for several runs of images.</summary>
    public static bool SuitsWeightGradient(in ConvolutionShape shape, int lanes) => Suits(shape) && RunsOf(shape, lanes) == Math.Min(MostRuns, shape.Batch);

    /// <summary>Panels of some rows; they are spread evenly.</summary>
    public int Panels(int rows) => Up(rows, mostRows);

    /// <summary>First row of a panel.</summary>
    public static int FirstRow(int rows, int panels, int panel) => panel * (rows / panels) + Math.Min(panel, rows % panels);

    /// <summary>First image of a run.</summary>
    public int FirstImage(int run) => (int)((long)Shape.Batch * run / Runs);

    /// <summary>The micro-kernel of a tile.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="isLast">Whether it lies in the last strip.</param>
    /// <param name="panel">Whether its left operand's rows stand side by side.</param>
    public delegate*<Tile*, void> Kernel(int rows, bool isLast, bool panel) => TileKernels.Get(Lanes, rows, isLast ? LastVectors : Vectors, panel);

    private static int RunsOf(in ConvolutionShape shape, int lanes) =>
        (int)Math.Clamp(FloatsOfSums / ((long)WinogradTransform.Places * shape.Inputs * Up(shape.Outputs, lanes) * lanes), 1, Math.Min(MostRuns, shape.Batch));

    // An odd number of lines, so that the 36 places do not meet in one set of the cache.
    private static long Spread(long floats) => (Up((int)floats, FloatsOfLine) | 1) * FloatsOfLine;

    private static int Up(int count, int size) => (count + size - 1) / size;
}
