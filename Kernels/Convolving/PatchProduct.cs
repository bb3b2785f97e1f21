namespace GpuNN.Kernels;

/// <summary>
/// How the host runs a convolution, or its gradient by the input: for every image and group, results (targets, pixels) =
/// weights (targets, taps * channels) times the shifted copies of the source's channels. The pixels are cut into parts: bands of
/// rows whose copies stay in the second cache, or, for the gradient of a convolution with strides, the pixels that the same taps
/// hit. A result's sum runs over the rows of the window, the channels and the columns of the window, in this order, whatever
/// the parts and threads are.
/// </summary>
internal sealed unsafe class PatchProduct
{
    private const long FloatsOfCopies = 64 << 10;
    private const int TermsOfBlock = 512;
    private const int TasksOfThread = 4;
    private const int LeastPixels = 64;

    public readonly ConvolutionShape Shape;
    public readonly int Lanes;

    /// <summary>Whether the sums go from outputs back to inputs.</summary>
    public readonly bool IsGradient;

    /// <summary>Channels of a group that are summed over.</summary>
    public readonly int Channels;

    /// <summary>Channels of a group that are computed.</summary>
    public readonly int Targets;

    /// <summary>Pixels of a source image.</summary>
    public readonly int SourcePixels;

    /// <summary>Pixels of a computed image.</summary>
    public readonly int TargetPixels;

    public readonly Part[] Parts;
    public readonly int Vectors;
    public readonly RowPanels Panels;

    /// <summary>Floats of one group's weights, packed for all parts.</summary>
    public readonly long PackedGroup;

    public readonly ScratchSlots Scratch;

    /// <summary>Floats of a slot before the results of a part that go apart.</summary>
    public readonly long RoomOfCopies;

    public PatchProduct(in ConvolutionShape shape, bool isGradient, int lanes, int threads)
    {
        (Shape, IsGradient, Lanes) = (shape, isGradient, lanes);
        var window = shape.Window;
        (Channels, Targets) = isGradient ? (shape.GroupOutputs, shape.GroupInputs) : (shape.GroupInputs, shape.GroupOutputs);
        (SourcePixels, TargetPixels) = isGradient ? (window.OutPixels, window.Pixels) : (window.Pixels, window.OutPixels);
        Vectors = TileKernels.VectorsFor(lanes, Targets);
        Panels = new RowPanels(Targets, TileKernels.RowsFor(lanes, Vectors));
        var grids = isGradient ? InputGrids(threads) : OutputGrids(threads);
        Parts = new Part[grids.Count];
        var packed = 0L;
        for (var i = 0; i < Parts.Length; i++)
        {
            // Bands meet the same taps and share their weights; pixels that lie apart have taps of their own.
            var isNew = i == 0 || HasStrides;
            var weights = isNew ? packed : Parts[i - 1].Weights;
            Parts[i] = new Part(this, grids[i], weights, isNew);
            if (isNew)
                packed += (long)Targets * Channels * Parts[i].Grid.Taps;
        }
        PackedGroup = packed;
        RoomOfCopies = Parts.Max(part => part.Copies?.Room ?? 0);
        Scratch = new ScratchSlots(threads, RoomOfCopies + Parts.Max(part => part.IsApart ? (long)Targets * part.Grid.Pixels : 0));
    }

    /// <summary>Whether results go to pixels that lie apart.</summary>
    public bool HasStrides => IsGradient && (Shape.Window.RowStride > 1 || Shape.Window.ColumnStride > 1);

    /// <summary>Floats of scratch: packed weights, packed biases, then the threads' slots.</summary>
    public long Workspace => RoomOfWeights + RoomOfBias + Scratch.Room;

    public long RoomOfWeights => HostMemory.Room(PackedGroup * Shape.Groups);

    public long RoomOfBias => HostMemory.Room((long)Targets * Shape.Groups + 16);

    /// <summary>Tasks of the launch: parts of the groups of the images.</summary>
    public int Tasks => Shape.Batch * Shape.Groups * Parts.Length;

    private static int Up(int count, int size) => (count + size - 1) / size;

    private List<Placed> OutputGrids(int threads)
    {
        var window = Shape.Window;
        var band = BandRows(window.OutHeight, window.OutWidth, window.WindowHeight, window.WindowWidth, threads);
        var grids = new List<Placed>();
        for (var row = 0; row < window.OutHeight; row += band)
            grids.Add(new Placed(TapGrid.Outputs(window, row, Math.Min(row + band, window.OutHeight)), row, 0));
        return grids;
    }

    private List<Placed> InputGrids(int threads)
    {
        var window = Shape.Window;
        var grids = new List<Placed>();
        var band = BandRows(Up(window.Height, window.RowStride), Up(window.Width, window.ColumnStride),
            Up(window.WindowHeight, window.RowStride), Up(window.WindowWidth, window.ColumnStride), threads);
        for (var phase = 0; phase < Math.Min(window.RowStride, window.Height); phase++)
        {
            for (var column = 0; column < Math.Min(window.ColumnStride, window.Width); column++)
            {
                var rows = Up(window.Height - phase, window.RowStride);
                // A band of strided rows would pack its taps again, so only those without strides are cut.
                var step = HasStrides ? rows : band;
                for (var row = 0; row < rows; row += step)
                {
                    var first = phase + row * window.RowStride;
                    grids.Add(new Placed(TapGrid.Inputs(window, first, column, Math.Min(step, rows - row), Up(window.Width - column, window.ColumnStride)), first, column));
                }
            }
        }
        return grids;
    }

    // As many rows as leave the copies in the second cache and every thread something to do.
    private int BandRows(int rows, int columns, int windowRows, int windowColumns, int threads)
    {
        var fitting = FloatsOfCopies / ((long)Math.Max(1, Channels) * windowColumns * columns) - windowRows + 1;
        var wanted = Up(threads * TasksOfThread, Math.Max(1, Shape.Batch * Shape.Groups));
        var shared = Math.Max(Up(rows, threads == 1 ? 1 : wanted), Up(LeastPixels, columns));
        var bands = Up(rows, (int)Math.Clamp(Math.Min(fitting, shared), 1, rows));
        return Up(rows, bands);
    }

    /// <summary>A grid of results and the pixel at which it begins.</summary>
    internal readonly record struct Placed(TapGrid Grid, int Row, int Column);

    /// <summary>Results that are computed together from one set of copies.</summary>
    internal sealed class Part
    {
        private readonly PatchProduct owner;
        private readonly nint[] kernels;

        public Part(PatchProduct owner, Placed placed, long weights, bool isNew)
        {
            this.owner = owner;
            (Grid, Row, Column) = placed;
            (Weights, OwnsWeights) = (weights, isNew);
            IsApart = owner.HasStrides;
            Pixels = Grid.Pixels;
            Strips = Up(Pixels, owner.Vectors * owner.Lanes);
            LastVectors = Up(Pixels - (Strips - 1) * owner.Vectors * owner.Lanes, owner.Lanes);
            Inner = owner.Channels * Grid.ColumnTaps.Length * Math.Min(1, Grid.RowTaps.Length);
            var isWhole = owner.Shape.Window.IsPointwise && Pixels == owner.SourcePixels && Pixels % owner.Lanes == 0 && Pixels % 1024 != 0;
            Copies = Inner == 0 || isWhole ? null : new ShiftedCopies(Grid, owner.Channels);
            Plane = Copies?.Plane ?? Pixels;
            JumpsOfB = new nint[Math.Max(1, Grid.RowTaps.Length)];
            for (var u = 0; u + 1 < Grid.RowTaps.Length; u++)
                JumpsOfB[u] = (((nint)Grid.Starts[u + 1] - Grid.Starts[u]) * Grid.Columns - (nint)Inner * Plane) * sizeof(float);
            Blocks = Inner == 0 ? [] : BlocksOf(Inner, Grid.RowTaps.Length);
            var rows = owner.Panels.Smallest;
            kernels = [KernelFor(rows, owner.Vectors), KernelFor(rows, LastVectors), KernelFor(rows + 1, owner.Vectors), KernelFor(rows + 1, LastVectors)];
        }

        public TapGrid Grid { get; }

        /// <summary>First row of the results' pixels.</summary>
        public int Row { get; }

        /// <summary>First column of the results' pixels.</summary>
        public int Column { get; }

        /// <summary>Where the part's packed weights begin in those of a group.</summary>
        public long Weights { get; }

        /// <summary>Whether they are packed for this part, and not for one before it.</summary>
        public bool OwnsWeights { get; }

        /// <summary>Whether the results are spread over pixels that lie apart.</summary>
        public bool IsApart { get; }

        public int Pixels { get; }

        public int Strips { get; }

        /// <summary>Vectors across the last strip.</summary>
        public int LastVectors { get; }

        /// <summary>The copies; null where the source is read as it lies, or no tap hits the part.</summary>
        public ShiftedCopies? Copies { get; }

        /// <summary>Floats from one copy to the next.</summary>
        public int Plane { get; }

        /// <summary>Terms of a sum in one row of the window; 0 if no tap hits the part.</summary>
        public int Inner { get; }

        /// <summary>Bytes from behind one row of the window's terms to the next row's.</summary>
        public nint[] JumpsOfB { get; }

        /// <summary>Runs of a sum's terms, few enough that those of a strip stay near the processor.</summary>
        public TermBlock[] Blocks { get; }

        /// <summary>The micro-kernel of a panel's tile in a strip.</summary>
        public delegate*<Tile*, void> Kernel(int rows, bool isLast) =>
            (delegate*<Tile*, void>)kernels[(rows > owner.Panels.Smallest ? 2 : 0) + (isLast ? 1 : 0)];

        // Several rows of the window, or where one is too long already, pieces of it.
        private static TermBlock[] BlocksOf(int inner, int rows)
        {
            var blocks = new List<TermBlock>();
            var together = Up(rows, Up(rows, Math.Max(1, TermsOfBlock / inner)));
            var piece = Up(inner, Up(inner, TermsOfBlock));
            for (var row = 0; row < rows; row += together)
                for (var first = 0; first < inner; first += piece)
                    blocks.Add(new TermBlock(row, Math.Min(together, rows - row), first, Math.Min(piece, inner - first)));
            return [.. blocks];
        }

        private nint KernelFor(int rows, int vectors) => rows <= TileKernels.RowsFor(owner.Lanes, owner.Vectors) && Inner > 0
            ? (nint)TileKernels.Get(owner.Lanes, rows, vectors, panel: true)
            : 0;
    }

    /// <summary>Terms [First, First + Count) in each of the window's rows [Row, Row + Rows).</summary>
    internal readonly record struct TermBlock(int Row, int Rows, int First, int Count);
}
