using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Local receptive fields without sharing, made ready for a route: y[n, o, i, j] = sum over c, u, v of w[o, c, u, v, i, j] x[n, c, row(i, u),
/// column(j, v)], a convolution whose every output has weights of its own. The weights end with the outputs' places, so that
/// the host goes along these; on it a weight is read once for four images.
/// Shapes: those of <see cref="ConvolutionShape"/> with one group, but w (outputs, inputs, window height, window width, out height, out width).
/// </summary>
public sealed unsafe class LocalConnection
{
    private readonly Route route;
    private readonly ConvolutionShape shape;
    private readonly LocalConnectionPlan? plan;

    /// <summary>A connection of these sizes; they have one group.</summary>
    public LocalConnection(Route route, in ConvolutionShape shape)
    {
        (this.route, this.shape) = (route, shape);
        if (route is HostRoute host && shape.ElementsOfY > 0)
            plan = new LocalConnectionPlan(shape, host.Threads);
    }

    /// <summary>Floats of scratch that it needs.</summary>
    public long Workspace => plan?.Scratch.Room ?? 0;

    /// <summary>Launches it.</summary>
    /// <param name="x">Images.</param>
    /// <param name="w">Weights.</param>
    /// <param name="y">Results, overwritten.</param>
    /// <param name="workspace">At least <see cref="Workspace"/> floats of scratch.</param>
    public void Run(in View x, in View w, in View y, in View workspace)
    {
        if (shape.ElementsOfY == 0)
            return;
        if (plan is not null)
            LaneChoice.Run((HostRoute)route, new HostForm(this, x.Pointer, w.Pointer, y.Pointer, workspace.Pointer));
        else
            route.Each(checked((int)shape.ElementsOfY), new LocalConnectionBody { X = x.Floats, W = w.Floats, Y = y.Floats, Shape = shape }, shape.Terms);
    }

    private readonly struct HostForm(LocalConnection owner, float* x, float* w, float* y, float* workspace) : ILaneCall
    {
        public void Run<T>() where T : struct, IHostLane<T>
        {
            var plan = owner.plan!;
            var cost = (float)owner.shape.MultiplyAdds / (4f * T.Width) / plan.Tasks;
            ((HostRoute)owner.route).Split(plan.Tasks, 1, new LocalConnectionJob<T>(plan, x, w, y, workspace), cost);
        }
    }
}

/// <summary>Device form: one index an output.</summary>
public struct LocalConnectionBody : IBody
{
    /// <summary>Images.</summary>
    public ArrayView<float> X;

    /// <summary>Weights.</summary>
    public ArrayView<float> W;

    /// <summary>Results.</summary>
    public ArrayView<float> Y;

    /// <summary>The sizes.</summary>
    public ConvolutionShape Shape;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var window = Shape.Window;
        var plane = index / window.OutPixels;
        var pixel = index - plane * window.OutPixels;
        var n = plane / Shape.Outputs;
        var o = plane - n * Shape.Outputs;
        var i = pixel / window.OutWidth;
        var top = i * window.RowStride - window.Top;
        var left = (pixel - i * window.OutWidth) * window.ColumnStride - window.Left;
        var lastRow = PoolPlaces.End(top, window.RowDilation, window.WindowHeight, window.Height);
        var firstColumn = PoolPlaces.First(left, window.ColumnDilation);
        var lastColumn = PoolPlaces.End(left, window.ColumnDilation, window.WindowWidth, window.Width);
        var sum = 0f;
        for (var c = 0; c < Shape.Inputs; c++)
        {
            for (var u = PoolPlaces.First(top, window.RowDilation); u < lastRow; u++)
            {
                var from = ((long)n * Shape.Inputs + c) * window.Pixels + (top + u * window.RowDilation) * window.Width + left;
                var weight = (((long)o * Shape.Inputs + c) * window.Places + u * window.WindowWidth) * window.OutPixels + pixel;
                for (var v = firstColumn; v < lastColumn; v++)
                    sum += W[weight + (long)v * window.OutPixels] * X[from + v * window.ColumnDilation];
            }
        }
        Y[index] = sum;
    }
}
