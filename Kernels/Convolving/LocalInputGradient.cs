using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// The adjoint of a <see cref="LocalConnection"/> by its images, made ready for a route: dx[n, c, q] = the sum over all outputs and places of the
/// window that met pixel q of w[o, c, place, p] dy[n, o, p]. On the host the products of four images, one channel and some rows of outputs are
/// made in cache, and each place's are added where it puts them.
/// </summary>
public sealed unsafe class LocalInputGradient
{
    private const int PixelsOfStrip = 512;

    private readonly Route route;
    private readonly ConvolutionShape shape;
    private readonly ScratchSlots? scratch;
    private readonly nint[] places = [];
    private readonly int rows;

    /// <summary>The adjoint of a connection of these sizes; they have one group.</summary>
    public LocalInputGradient(Route route, in ConvolutionShape shape)
    {
        (this.route, this.shape) = (route, shape);
        if (route is not HostRoute host || shape.ElementsOfX == 0)
            return;
        var window = shape.Window;
        rows = Math.Clamp(PixelsOfStrip / window.OutWidth, 1, window.OutHeight);
        scratch = new ScratchSlots(host.Threads, (long)LocalProduct.Together * rows * window.OutWidth);
        places = [.. Enumerable.Range(0, shape.Outputs).Select(o => (nint)o * window.OutPixels)];
    }

    /// <summary>Floats of scratch that it needs.</summary>
    public long Workspace => scratch?.Room ?? 0;

    /// <summary>Launches it.</summary>
    /// <param name="dy">The gradient by the connection's results.</param>
    /// <param name="w">Weights.</param>
    /// <param name="dx">The gradient by its images, overwritten.</param>
    /// <param name="workspace">At least <see cref="Workspace"/> floats of scratch.</param>
    public void Run(in View dy, in View w, in View dx, in View workspace)
    {
        if (shape.ElementsOfX == 0)
            return;
        if (scratch is not null)
            LaneChoice.Run((HostRoute)route, new HostForm(this, dy.Pointer, w.Pointer, dx.Pointer, workspace.Pointer));
        else
            route.Each(checked((int)shape.ElementsOfX), new LocalInputGradientBody { Dy = dy.Floats, W = w.Floats, Dx = dx.Floats, Shape = shape },
                shape.Outputs * shape.Window.Places);
    }

    private readonly struct HostForm(LocalInputGradient owner, float* dy, float* w, float* dx, float* workspace) : ILaneCall
    {
        public void Run<T>() where T : struct, IHostLane<T>
        {
            var tasks = (owner.shape.Batch + LocalProduct.Together - 1) / LocalProduct.Together * owner.shape.Inputs;
            ((HostRoute)owner.route).Split(tasks, 1, new Job<T>(owner, dy, w, dx, workspace), (float)owner.shape.MultiplyAdds / (4f * T.Width) / tasks);
        }
    }

    /// <summary>Channels of fours of images.</summary>
    private readonly struct Job<T>(LocalInputGradient owner, float* dy, float* w, float* dx, float* workspace) : IHostJob where T : struct, IHostLane<T>
    {
        private readonly LocalInputGradient owner = owner;
        private readonly float* dy = dy;
        private readonly float* w = w;
        private readonly float* dx = dx;
        private readonly float* workspace = workspace;

        public void Run(int first, int last)
        {
            var slot = owner.scratch!.Rent();
            try
            {
                for (var task = first; task < last; task++)
                {
                    var (block, c) = Math.DivRem(task, owner.shape.Inputs);
                    RunTask(block * LocalProduct.Together, c, workspace + slot * owner.scratch.Floats);
                }
            }
            finally
            {
                owner.scratch.Return(slot);
            }
        }

        private void RunTask(int image, int c, float* products)
        {
            ref readonly var shape = ref owner.shape;
            var window = shape.Window;
            var last = Math.Min(LocalProduct.Together, shape.Batch - image) - 1;
            var target = dx + ((long)image * shape.Inputs + c) * window.Pixels;
            var (ofImage, ofResults) = ((long)shape.Inputs * window.Pixels, (long)shape.Outputs * window.OutPixels);
            for (var i = 0; i <= last; i++)
                new Span<float>(target + i * ofImage, window.Pixels).Clear();
            fixed (nint* places = owner.places)
            {
                var call = new LocalProduct.Call { Step = (nint)shape.Terms * window.OutPixels, Places = places, Terms = shape.Outputs };
                for (var row = 0; row < window.OutHeight; row += owner.rows)
                {
                    var rows = Math.Min(owner.rows, window.OutHeight - row);
                    call.Pixels = rows * window.OutWidth;
                    call.First = dy + image * ofResults + row * window.OutWidth;
                    call.Second = call.First + Math.Min(1, last) * ofResults;
                    call.Third = call.First + Math.Min(2, last) * ofResults;
                    call.Fourth = call.First + last * ofResults;
                    call.FirstOut = products;
                    call.SecondOut = products + Math.Min(1, last) * call.Pixels;
                    call.ThirdOut = products + Math.Min(2, last) * call.Pixels;
                    call.FourthOut = products + last * call.Pixels;
                    for (var place = 0; place < window.Places; place++)
                    {
                        call.Shared = w + ((long)c * window.Places + place) * window.OutPixels + row * window.OutWidth;
                        LocalProduct.Run<T>(call);
                        for (var i = 0; i <= last; i++)
                            Add(window, place, row, rows, products + i * call.Pixels, target + i * ofImage);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Add(in WindowShape window, int place, int first, int rows, float* from, float* to)
        {
            var (u, v) = (place / window.WindowWidth, place % window.WindowWidth);
            var along = v * window.ColumnDilation - window.Left;
            var begin = PoolPlaces.First(along, window.ColumnStride);
            var count = PoolPlaces.End(along, window.ColumnStride, window.OutWidth, window.Width) - begin;
            for (var row = 0; row < rows; row++)
            {
                var line = (first + row) * window.RowStride + u * window.RowDilation - window.Top;
                if ((uint)line >= (uint)window.Height)
                    continue;
                var source = from + row * window.OutWidth + begin;
                var target = to + (nint)line * window.Width + along + (nint)begin * window.ColumnStride;
                var j = 0;
                if (window.ColumnStride == 1)
                {
                    for (; j < count; j += T.Width)
                    {
                        var part = Math.Min(T.Width, count - j);
                        T.StorePart(target + j, T.LoadPart(target + j, part, 0) + T.LoadPart(source + j, part, 0), part);
                    }
                }
                for (; j < count; j++)
                    target[(nint)j * window.ColumnStride] += source[j];
            }
        }
    }
}

/// <summary>Device form: one index a pixel, which adds up over the outputs that saw it, in order.</summary>
public struct LocalInputGradientBody : IBody
{
    /// <summary>Gradient of the results.</summary>
    public ArrayView<float> Dy;

    /// <summary>Weights.</summary>
    public ArrayView<float> W;

    /// <summary>Gradient of the images.</summary>
    public ArrayView<float> Dx;

    /// <summary>The sizes.</summary>
    public ConvolutionShape Shape;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var window = Shape.Window;
        var plane = index / window.Pixels;
        var pixel = index - plane * window.Pixels;
        var n = plane / Shape.Inputs;
        var c = plane - n * Shape.Inputs;
        var row = pixel / window.Width;
        var column = pixel - row * window.Width;
        var sum = 0f;
        for (var place = 0; place < window.Places; place++)
        {
            var u = place / window.WindowWidth;
            var i = PoolPlaces.Output(row, u, window.RowDilation, window.Top, window.RowStride, window.OutHeight);
            var j = PoolPlaces.Output(column, place - u * window.WindowWidth, window.ColumnDilation, window.Left, window.ColumnStride, window.OutWidth);
            if (i < 0 || j < 0)
                continue;
            var p = i * window.OutWidth + j;
            for (var o = 0; o < Shape.Outputs; o++)
                sum += W[(((long)o * Shape.Inputs + c) * window.Places + place) * window.OutPixels + p] * Dy[((long)n * Shape.Outputs + o) * window.OutPixels + p];
        }
        Dx[index] = sum;
    }
}
