using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// The gradient of a <see cref="LocalConnection"/> by its weights, made ready for a route: dw[o, c, u, v, p] = sum over the images of dy[n, o, p]
/// x[n, c, row(i, u), column(j, v)], 0 where that is padding. On the host each vector of a channel's copies is read once for four outputs.
/// </summary>
public sealed unsafe class LocalWeightGradient
{
    private const long FloatsOfCopies = 64 << 10;
    private const int PixelsOfStrip = 128;
    private const int LeastTasks = 8;

    private readonly Route route;
    private readonly ConvolutionShape shape;
    private readonly WeightGradientPlan.Band? whole;
    private readonly nint[] taps = [];
    private readonly nint[] places = [];
    private readonly ScratchSlots? scratch;
    private readonly int images;
    private readonly int shares;
    private readonly long room;

    /// <summary>The gradient of a connection of these sizes; they have one group.</summary>
    public LocalWeightGradient(Route route, in ConvolutionShape shape)
    {
        (this.route, this.shape) = (route, shape);
        if (route is not HostRoute host || Elements == 0)
            return;
        var window = shape.Window;
        whole = new WeightGradientPlan.Band(TapGrid.Outputs(window, 0, window.OutHeight), 1, 0);
        taps = LocalConnectionPlan.PlacesOf(whole, 1);
        room = HostMemory.Room(whole.Copies.Room);
        // So many, whatever the threads, because an element's sum is that of its blocks of images.
        images = (int)Math.Clamp(FloatsOfCopies / room, 1, Math.Max(1, shape.Batch));
        shares = Math.Clamp(Up(LeastTasks, shape.Inputs), 1, Up(shape.Outputs, LocalProduct.Together));
        scratch = new ScratchSlots(host.Threads, images * room);
        var ofImage = (nint)shape.Outputs * window.OutPixels;
        places = [.. Enumerable.Range(0, images).Select(i => i * ofImage)];
    }

    /// <summary>Floats of scratch that it needs.</summary>
    public long Workspace => scratch?.Room ?? 0;

    private long Elements => shape.ElementsOfW * shape.Window.OutPixels;

    /// <summary>Launches it.</summary>
    /// <param name="x">The connection's images.</param>
    /// <param name="dy">The gradient by its results.</param>
    /// <param name="dw">The gradient by its weights, overwritten.</param>
    /// <param name="workspace">At least <see cref="Workspace"/> floats of scratch.</param>
    public void Run(in View x, in View dy, in View dw, in View workspace)
    {
        if (Elements == 0)
            return;
        if (shape.Batch == 0)
            route.Fill(dw.Slice(0, Elements), 0);
        else if (scratch is not null)
            LaneChoice.Run((HostRoute)route, new HostForm(this, x.Pointer, dy.Pointer, dw.Pointer, workspace.Pointer));
        else
            route.Each(checked((int)Elements), new LocalWeightGradientBody { X = x.Floats, Dy = dy.Floats, Dw = dw.Floats, Shape = shape }, shape.Batch);
    }

    private static int Up(int count, int size) => (count + size - 1) / size;

    private readonly struct HostForm(LocalWeightGradient owner, float* x, float* dy, float* dw, float* workspace) : ILaneCall
    {
        public void Run<T>() where T : struct, IHostLane<T>
        {
            var tasks = owner.shape.Inputs * owner.shares;
            ((HostRoute)owner.route).Split(tasks, 1, new Job<T>(owner, x, dy, dw, workspace), (float)owner.shape.MultiplyAdds / (4f * T.Width) / tasks);
        }
    }

    /// <summary>Shares of the outputs of the inputs.</summary>
    private readonly struct Job<T>(LocalWeightGradient owner, float* x, float* dy, float* dw, float* workspace) : IHostJob where T : struct, IHostLane<T>
    {
        private readonly LocalWeightGradient owner = owner;
        private readonly float* x = x;
        private readonly float* dy = dy;
        private readonly float* dw = dw;
        private readonly float* workspace = workspace;

        public void Run(int first, int last)
        {
            var slot = owner.scratch!.Rent();
            try
            {
                for (var task = first; task < last; task++)
                {
                    var (c, share) = Math.DivRem(task, owner.shares);
                    for (var image = 0; image < owner.shape.Batch; image += owner.images)
                        RunTask(c, share, image, workspace + slot * owner.scratch.Floats);
                }
            }
            finally
            {
                owner.scratch.Return(slot);
            }
        }

        private void RunTask(int c, int share, int image, float* copies)
        {
            ref readonly var shape = ref owner.shape;
            var window = shape.Window;
            var count = Math.Min(owner.images, shape.Batch - image);
            for (var i = 0; i < count; i++)
                owner.whole!.Copies.Make(x + (long)(image + i) * shape.Inputs * window.Pixels, x, x + shape.ElementsOfX, copies + i * owner.room, c, c + 1);
            var results = dy + (long)image * shape.Outputs * window.OutPixels;
            var end = (int)((long)shape.Outputs * (share + 1) / owner.shares);
            for (var o = (int)((long)shape.Outputs * share / owner.shares); o < end; o += LocalProduct.Together)
                Multiply(c, o, Math.Min(LocalProduct.Together, end - o) - 1, count, results, copies, image > 0);
        }

        private void Multiply(int c, int o, int last, int count, float* results, float* copies, bool accumulate)
        {
            ref readonly var shape = ref owner.shape;
            var window = shape.Window;
            var pixels = (nint)window.OutPixels;
            var ofOutput = shape.Terms * pixels;
            fixed (nint* places = owner.places)
            {
                var call = new LocalProduct.Call { Step = (nint)owner.room, Places = places, Terms = count, Accumulate = accumulate };
                for (var p = 0; p < window.OutPixels; p += PixelsOfStrip)
                {
                    call.Pixels = Math.Min(PixelsOfStrip, window.OutPixels - p);
                    call.First = results + o * pixels + p;
                    call.Second = call.First + Math.Min(1, last) * pixels;
                    call.Third = call.First + Math.Min(2, last) * pixels;
                    call.Fourth = call.First + last * pixels;
                    for (var place = 0; place < window.Places; place++)
                    {
                        call.Shared = copies + owner.taps[place] + p;
                        call.FirstOut = dw + (((long)o * shape.Inputs + c) * window.Places + place) * pixels + p;
                        call.SecondOut = call.FirstOut + Math.Min(1, last) * ofOutput;
                        call.ThirdOut = call.FirstOut + Math.Min(2, last) * ofOutput;
                        call.FourthOut = call.FirstOut + last * ofOutput;
                        LocalProduct.Run<T>(call);
                    }
                }
            }
        }
    }
}

/// <summary>Device form: one index a weight, which adds up over the images in order.</summary>
public struct LocalWeightGradientBody : IBody
{
    /// <summary>Images.</summary>
    public ArrayView<float> X;

    /// <summary>Gradient of the results.</summary>
    public ArrayView<float> Dy;

    /// <summary>Gradient of the weights.</summary>
    public ArrayView<float> Dw;

    /// <summary>The sizes.</summary>
    public ConvolutionShape Shape;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var window = Shape.Window;
        var term = index / window.OutPixels;
        var pixel = index - term * window.OutPixels;
        var o = term / Shape.Terms;
        term -= o * Shape.Terms;
        var c = term / window.Places;
        var place = term - c * window.Places;
        var u = place / window.WindowWidth;
        var i = pixel / window.OutWidth;
        var row = i * window.RowStride + u * window.RowDilation - window.Top;
        var column = (pixel - i * window.OutWidth) * window.ColumnStride + (place - u * window.WindowWidth) * window.ColumnDilation - window.Left;
        var sum = 0f;
        if (row >= 0 && row < window.Height && column >= 0 && column < window.Width)
            for (var n = 0; n < Shape.Batch; n++)
                sum += Dy[((long)n * Shape.Outputs + o) * window.OutPixels + pixel]
                    * X[((long)n * Shape.Inputs + c) * window.Pixels + row * window.Width + column];
        Dw[index] = sum;
    }
}
