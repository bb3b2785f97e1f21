namespace GpuNN.Kernels;

/// <summary>
/// The gradient of a convolution by its weights, made ready for a route: dw[o, c, u, v] = sum over images and outputs of
/// dy[n, o, i, j] x[n, c, row(i, u), column(j, v)]. Sizes and layouts are those of the convolution, <see cref="ConvolutionShape"/>.
/// </summary>
public sealed unsafe class ConvolutionWeightGradient
{
    private readonly Route route;
    private readonly ConvolutionShape shape;
    private readonly WeightGradientPlan? plan;
    private readonly WinogradPlan? winograd;

    /// <summary>The gradient of a convolution of these sizes.</summary>
    public ConvolutionWeightGradient(Route route, in ConvolutionShape shape)
    {
        (this.route, this.shape) = (route, shape);
        if (route is not HostRoute host)
            return;
        if (WinogradPlan.SuitsWeightGradient(shape, host.LaneWidth))
            winograd = new WinogradPlan(shape, isGradient: false, host.LaneWidth, host.Threads, tasks: 1, WinogradWeightGradient.FloatsOfBlock);
        else if (shape.ElementsOfW > 0 && shape.Batch > 0)
            plan = new WeightGradientPlan(shape, host.LaneWidth, host.Threads);
    }

    /// <summary>Floats of scratch that it needs.</summary>
    public long Workspace => winograd is not null ? WinogradWeightGradient.Workspace(winograd)
        : plan?.Workspace ?? (route is DeviceRoute ? DeviceConvolution.WeightGradientWorkspace(shape) : 0);

    /// <summary>Launches it.</summary>
    /// <param name="x">The convolution's images.</param>
    /// <param name="dy">The gradient by its results.</param>
    /// <param name="dw">The gradient by its weights, overwritten.</param>
    /// <param name="workspace">At least <see cref="Workspace"/> floats of scratch.</param>
    public void Run(in View x, in View dy, in View dw, in View workspace)
    {
        if (shape.ElementsOfW == 0)
            return;
        if (route is DeviceRoute device)
            DeviceConvolution.WeightGradient(device, shape, x, dy, dw, workspace);
        else if (winograd is not null)
            LaneChoice.Run((HostRoute)route, new WinogradWeightGradient((HostRoute)route, winograd, Operands(x, dy, dw, workspace)));
        else if (plan is null)
            route.Fill(dw.Slice(0, shape.ElementsOfW), 0);
        else
            Run((HostRoute)route, Operands(x, dy, dw, workspace));
    }

    private static WeightGradientOperands Operands(in View x, in View dy, in View dw, in View workspace) =>
        new() { X = x.Pointer, Dy = dy.Pointer, Dw = dw.Pointer, Workspace = workspace.Pointer };

    private void Run(HostRoute host, WeightGradientOperands operands)
    {
        var cost = (float)shape.MultiplyAdds / (4f * plan!.Lanes);
        host.Split(plan.Tasks, 1, new WeightGradientJob(plan, operands), cost / plan.Tasks);
        var rows = shape.Groups * shape.Window.WindowHeight * shape.GroupInputs * shape.Window.WindowWidth;
        host.Split(rows, 1, new WeightGradientEndJob(plan, operands), 0.5f * plan.Runs * shape.GroupOutputs);
    }
}
