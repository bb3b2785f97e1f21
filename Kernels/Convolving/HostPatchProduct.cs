namespace GpuNN.Kernels;

/// <summary>
/// Runs a convolution on the host, or its gradient by the input, in the form that suits its sizes: a <see cref="WinogradPlan"/>, a
/// <see cref="SpreadProduct"/> or a <see cref="PatchProduct"/>.
/// </summary>
internal sealed unsafe class HostPatchProduct
{
    /// <summary>Nanoseconds to pack a weight; a guess, good enough to share them out.</summary>
    private const float PackCost = 1f;

    private readonly HostRoute route;
    private readonly PatchProduct? plan;
    private readonly SpreadProduct? spread;
    private readonly WinogradPlan? winograd;
    private readonly long results;

    public HostPatchProduct(HostRoute route, in ConvolutionShape shape, bool isGradient)
    {
        this.route = route;
        results = isGradient ? shape.ElementsOfX : shape.ElementsOfY;
        if (results > 0 && isGradient && SpreadProduct.Suits(shape))
            spread = new SpreadProduct(shape, route.LaneWidth, route.Threads);
        else if (results > 0 && WinogradPlan.Suits(shape))
            winograd = new WinogradPlan(shape, isGradient, route.LaneWidth, route.Threads, route.Threads * WinogradProduct.TasksOfThread, WinogradProduct.FloatsOfBlock);
        else if (results > 0)
            plan = new PatchProduct(shape, isGradient, route.LaneWidth, route.Threads);
    }

    public long Workspace => spread?.Scratch.Room ?? plan?.Workspace ?? (winograd is null ? 0 : WinogradProduct.Workspace(winograd));

    public void Run(in View source, in View weights, in View bias, in View target, in View workspace, ProductEnd? end)
    {
        if (results == 0)
            return;
        var operands = new PatchOperands
        {
            Source = source.Pointer,
            Weights = weights.Pointer,
            Bias = bias.Length == 0 ? null : bias.Pointer,
            Results = target.Pointer,
            Workspace = workspace.Pointer,
        };
        if (spread is not null)
            Run(spread, operands, end);
        else if (winograd is not null)
            LaneChoice.Run(route, new WinogradProduct(route, winograd, operands, end));
        else
            Run(plan!, operands, end);
    }

    private void Run(SpreadProduct spread, PatchOperands operands, ProductEnd? end)
    {
        ref readonly var shape = ref spread.Shape;
        var tasks = shape.Batch * shape.Groups;
        route.Split(tasks, 1, new SpreadProductJob(spread, operands, end), shape.MultiplyAdds / (4f * spread.Lanes * tasks));
    }

    private void Run(PatchProduct plan, PatchOperands operands, ProductEnd? end)
    {
        ref readonly var shape = ref plan.Shape;
        var panels = plan.Panels * shape.Groups;
        route.Split(panels, 1, new PackWeightsJob(plan, operands), (float)shape.ElementsOfW / panels * PackCost);
        // Pixels that lie apart are finished one part after the other: their end is a launch of its own.
        var isInside = !plan.HasStrides;
        var cost = (float)shape.MultiplyAdds / (4f * plan.Lanes);
        route.Split(plan.Tasks, 1, new PatchProductJob(plan, operands, isInside ? end : null), cost / plan.Tasks);
        if (!isInside)
            end?.Run(route);
    }
}
