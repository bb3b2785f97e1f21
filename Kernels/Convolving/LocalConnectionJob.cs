namespace GpuNN.Kernels;

/// <summary>
/// How the host runs a <see cref="LocalConnection"/>: four images at a time, bands of rows of outputs whose copies of the images stay in the
/// second cache. A result's sum runs over the inputs and the window's places in order, whatever the bands are.
/// </summary>
internal sealed class LocalConnectionPlan
{
    private const long FloatsOfCopies = 128 << 10;
    private const int LeastTasks = 8;

    public readonly ConvolutionShape Shape;
    public readonly WeightGradientPlan.Band[] Bands;

    /// <summary>For each band, where a term is in the copies of an image.</summary>
    public readonly nint[][] Places;

    /// <summary>Floats of an image's copies.</summary>
    public readonly long Room;

    public readonly ScratchSlots Scratch;

    public LocalConnectionPlan(in ConvolutionShape shape, int threads)
    {
        Shape = shape;
        var window = shape.Window;
        Blocks = Up(shape.Batch, LocalProduct.Together);
        var row = (long)LocalProduct.Together * Math.Max(1, shape.Inputs) * window.WindowWidth * window.OutWidth;
        var rows = (int)Math.Clamp(FloatsOfCopies / row - window.WindowHeight + 1, 1, Up(window.OutHeight, Up(LeastTasks, Blocks)));
        Bands = [.. Enumerable.Range(0, Up(window.OutHeight, rows)).Select(i => new WeightGradientPlan.Band(
            TapGrid.Outputs(window, i * rows, Math.Min((i + 1) * rows, window.OutHeight)), Shape.Inputs, i * rows * window.OutWidth))];
        Places = Array.ConvertAll(Bands, band => PlacesOf(band, Shape.Inputs));
        Room = HostMemory.Room(Bands.Max(band => band.Copies.Room));
        Scratch = new ScratchSlots(threads, Room * LocalProduct.Together);
    }

    /// <summary>Fours of images.</summary>
    public int Blocks { get; }

    /// <summary>Tasks of the launch: bands of fours of images.</summary>
    public int Tasks => Blocks * Bands.Length;

    /// <summary>Where the terms (input, row of the window, column of the window) of the first pixel are in a band's copies.</summary>
    public static nint[] PlacesOf(WeightGradientPlan.Band band, int inputs)
    {
        var (grid, plane) = (band.Grid, band.Copies.Plane);
        var (height, width) = (grid.RowTaps.Length, grid.ColumnTaps.Length);
        var places = new nint[inputs * height * width];
        for (var c = 0; c < inputs; c++)
            for (var u = 0; u < height; u++)
                for (var v = 0; v < width; v++)
                    places[(c * height + grid.RowTaps[u]) * width + v] = (nint)(c * width + v) * plane + (nint)grid.Starts[u] * grid.Columns;
        return places;
    }

    private static int Up(int count, int size) => (count + size - 1) / size;
}

/// <summary>Computes tasks of a <see cref="LocalConnectionPlan"/>: bands of fours of images.</summary>
internal readonly unsafe struct LocalConnectionJob<T>(LocalConnectionPlan plan, float* x, float* w, float* y, float* workspace) : IHostJob
    where T : struct, IHostLane<T>
{
    private readonly LocalConnectionPlan plan = plan;
    private readonly float* x = x;
    private readonly float* w = w;
    private readonly float* y = y;
    private readonly float* workspace = workspace;

    public void Run(int first, int last)
    {
        var slot = plan.Scratch.Rent();
        try
        {
            for (var task = first; task < last; task++)
                RunTask(task, workspace + slot * plan.Scratch.Floats);
        }
        finally
        {
            plan.Scratch.Return(slot);
        }
    }

    private void RunTask(int task, float* copies)
    {
        ref readonly var shape = ref plan.Shape;
        var (block, which) = Math.DivRem(task, plan.Bands.Length);
        var (band, image) = (plan.Bands[which], block * LocalProduct.Together);
        var last = Math.Min(LocalProduct.Together, shape.Batch - image) - 1;
        for (var i = 0; i <= last; i++)
            band.Copies.Make(x + (long)(image + i) * shape.Inputs * shape.Window.Pixels, x, x + shape.ElementsOfX, copies + i * plan.Room, 0, shape.Inputs);
        var ofImage = (long)shape.Outputs * shape.Window.OutPixels;
        var results = y + image * ofImage + band.FirstPixel;
        fixed (nint* places = plan.Places[which])
        {
            var call = new LocalProduct.Call { Step = shape.Window.OutPixels, Places = places, Terms = shape.Terms };
            // All outputs of some pixels: what these see stays in the first caches.
            for (var p = 0; p < band.Grid.Pixels; p += 2 * T.Width)
            {
                call.Pixels = Math.Min(2 * T.Width, band.Grid.Pixels - p);
                call.First = copies + p;
                call.Second = copies + Math.Min(1, last) * plan.Room + p;
                call.Third = copies + Math.Min(2, last) * plan.Room + p;
                call.Fourth = copies + last * plan.Room + p;
                call.Shared = w + band.FirstPixel + p;
                for (var o = 0; o < shape.Outputs; o++, call.Shared += (long)shape.Terms * shape.Window.OutPixels)
                {
                    var to = results + (long)o * shape.Window.OutPixels + p;
                    call.FirstOut = to;
                    call.SecondOut = to + Math.Min(1, last) * ofImage;
                    call.ThirdOut = to + Math.Min(2, last) * ofImage;
                    call.FourthOut = to + last * ofImage;
                    LocalProduct.Run<T>(call);
                }
            }
        }
    }
}
