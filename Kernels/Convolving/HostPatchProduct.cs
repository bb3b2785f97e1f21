namespace GpuNN.Kernels;

/// <summary>Runs a <see cref="PatchProduct"/> on the host: a convolution, or its gradient by the input.</summary>
internal sealed unsafe class HostPatchProduct
{
    /// <summary>Nanoseconds to pack a weight; a guess, good enough to share them out.</summary>
    private const float PackCost = 1f;

    private readonly HostRoute route;
    private readonly PatchProduct? plan;
    private readonly long results;

    public HostPatchProduct(HostRoute route, in ConvolutionShape shape, bool isGradient)
    {
        this.route = route;
        results = isGradient ? shape.ElementsOfX : shape.ElementsOfY;
        if (results > 0)
            plan = new PatchProduct(shape, isGradient, route.LaneWidth, route.Threads);
    }

    public long Workspace => plan?.Workspace ?? 0;

    public void Run(in View source, in View weights, in View bias, in View target, in View workspace, ProductEnd? end)
    {
        if (plan is null)
            return;
        var operands = new PatchOperands
        {
            Source = source.Pointer,
            Weights = weights.Pointer,
            Bias = bias.Length == 0 ? null : bias.Pointer,
            Results = target.Pointer,
            Workspace = workspace.Pointer,
        };
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
