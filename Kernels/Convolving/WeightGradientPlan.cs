namespace GpuNN.Kernels;

/// <summary>
/// How the host computes a convolution's gradient by its weights: for each row u of the window and each image, sums (channels *
/// window columns, outputs) += shifted copies of x (…, pixels) times dy, transposed (pixels, outputs). The images are cut into
/// up to 8 runs whose sums are kept apart and added in order at the end, so that neither tasks nor threads touch an
/// element's sum; channels are shared out among tasks where there are more threads than that.
/// </summary>
internal sealed unsafe class WeightGradientPlan
{
    private const int MostRuns = 8;
    private const long FloatsOfSums = 1 << 20;
    private const int FloatsOfStripBlock = 4096;
    private const long FloatsOfCopies = 64 << 10;
    private const int PixelsOfImages = 512;

    public readonly ConvolutionShape Shape;
    public readonly int Lanes;

    /// <summary>Runs of images.</summary>
    public readonly int Runs;

    /// <summary>Shares of a group's channels.</summary>
    public readonly int Shares;

    /// <summary>Images whose copies exist at one time.</summary>
    public readonly int Images;

    public readonly Band[] Bands;
    public readonly int Vectors;
    public readonly int Strips;

    /// <summary>Vectors across the last strip.</summary>
    public readonly int LastVectors;

    /// <summary>Outputs of a group, rounded up to whole vectors.</summary>
    public readonly int PaddedOutputs;

    public readonly ScratchSlots Scratch;

    /// <summary>Floats of a slot before the transposed dy.</summary>
    public readonly long RoomOfCopies;

    /// <summary>Floats of the sums of one run and group.</summary>
    public readonly long Sums;

    private readonly nint[] kernels;
    private readonly int mostRows;
    private readonly int pixelsOfBlock;

    public WeightGradientPlan(in ConvolutionShape shape, int lanes, int threads)
    {
        (Shape, Lanes) = (shape, lanes);
        var window = shape.Window;
        PaddedOutputs = Up(shape.GroupOutputs, lanes) * lanes;
        Sums = (long)window.WindowHeight * shape.GroupInputs * window.WindowWidth * PaddedOutputs;
        Runs = (int)Math.Clamp(FloatsOfSums / (Sums * shape.Groups), 1, Math.Min(shape.Batch, MostRuns));
        Shares = Math.Clamp(Up(threads * 2, Runs * shape.Groups), 1, shape.GroupInputs);
        var channels = Up(shape.GroupInputs, Shares);
        var rows = channels * window.WindowWidth;
        Vectors = TileKernels.VectorsFor(lanes, rows);
        mostRows = TileKernels.RowsFor(lanes, Vectors);
        Strips = Up(shape.GroupOutputs, Width);
        LastVectors = Up(shape.GroupOutputs - (Strips - 1) * Width, lanes);
        // Blocks, bands and images set the order of a sum, which must not depend on the threads: all of a group's channels set them.
        var terms = shape.GroupInputs * window.WindowWidth;
        pixelsOfBlock = FloatsOfStripBlock / (TileKernels.VectorsFor(lanes, terms) * lanes);
        var ofRow = (long)terms * window.OutWidth;
        var fitting = Math.Clamp(FloatsOfCopies / ofRow - window.WindowHeight + 1, 1, window.OutHeight);
        var band = Up(window.OutHeight, Up(window.OutHeight, (int)fitting));
        Bands = [.. Enumerable.Range(0, Up(window.OutHeight, band))
            .Select(i => new Band(TapGrid.Outputs(window, i * band, Math.Min((i + 1) * band, window.OutHeight)), channels, i * band * window.OutWidth))];
        Images = Bands.Length > 1 ? 1 : (int)Math.Clamp(
            Math.Min(PixelsOfImages / window.OutPixels, FloatsOfCopies / ((long)terms * Bands[0].Copies.Plane)), 1, Up(shape.Batch, Runs));
        RoomOfCopies = HostMemory.Room(Images * Bands.Max(each => each.Copies.Room));
        var pixels = Bands.Max(each => each.Grid.Pixels);
        Scratch = new ScratchSlots(threads, RoomOfCopies + (long)Images * pixels * Strips * Width + Packing.Slack);
        kernels = new nint[(mostRows + 1) * 2];
        for (var share = 0; share < Shares; share++)
        {
            var of = (FirstChannel(share + 1) - FirstChannel(share)) * window.WindowWidth;
            var panels = Panels(of);
            for (var panel = 0; panel < panels.Count; panel++)
            {
                var size = panels.Rows(panel);
                kernels[2 * size] = (nint)TileKernels.Get(lanes, size, Vectors, panel: false);
                kernels[2 * size + 1] = (nint)TileKernels.Get(lanes, size, LastVectors, panel: false);
            }
        }
    }

    /// <summary>Outputs of a full strip.</summary>
    public int Width => Vectors * Lanes;

    /// <summary>Floats of scratch: the runs' sums, then the threads' slots.</summary>
    public long Workspace => RoomOfSums + Scratch.Room;

    public long RoomOfSums => HostMemory.Room(Sums * Shape.Groups * Runs);

    /// <summary>Tasks of the launch: shares of the groups of the runs.</summary>
    public int Tasks => Runs * Shape.Groups * Shares;

    /// <summary>First image of a run.</summary>
    public int FirstImage(int run) => (int)((long)Shape.Batch * run / Runs);

    /// <summary>First channel of a share.</summary>
    public int FirstChannel(int share) => (int)((long)Shape.GroupInputs * share / Shares);

    /// <summary>Panels of some rows of sums.</summary>
    public RowPanels Panels(int rows) => new(rows, mostRows);

    /// <summary>Pixels that are summed before the next strip: of so many, dy stays in the first cache.</summary>
    public int PixelBlock(int pixels) => Up(pixels, Up(pixels, pixelsOfBlock));

    /// <summary>The micro-kernel of a panel's tile in a strip.</summary>
    public delegate*<Tile*, void> Kernel(int rows, bool isLast) => (delegate*<Tile*, void>)kernels[2 * rows + (isLast ? 1 : 0)];

    private static int Up(int count, int size) => (count + size - 1) / size;

    /// <summary>Rows of outputs whose copies exist at one time.</summary>
    internal sealed class Band(TapGrid grid, int channels, int firstPixel)
    {
        public TapGrid Grid { get; } = grid;

        public ShiftedCopies Copies { get; } = new(grid, channels);

        public int FirstPixel { get; } = firstPixel;
    }
}
