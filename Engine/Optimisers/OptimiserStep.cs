using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// The effect of <see cref="Graph.Minimise"/>: parameters of one group that lie side by side, as a model's do, are updated in one launch.
/// </summary>
internal sealed class OptimiserStep(Optimiser optimiser, Parameter[] order, Tensor packed) : Effect([packed, .. order])
{
    private OptimiserSlab slab = null!;
    private Run[] runs = [];
    private int version;

    public override string Name => optimiser.GetType().Name;

    internal override IReadOnlyList<Parameter> Updated => order;

    internal override long KeptElements => optimiser.States * order.Sum(parameter => ParameterStore.Room(parameter.Shape.Elements));

    internal override void Bind(Device device)
    {
        slab = optimiser.Slab(device, order);
        FindRuns();
    }

    private void FindRuns()
    {
        var device = slab.Device;
        var found = new List<Run>();
        for (var first = 0; first < order.Length;)
        {
            var next = first + 1;
            while (next < order.Length && slab.GroupOf(next) == slab.GroupOf(first) && device.Parameters.FollowsInMemory(order[next - 1], order[next]))
                next++;
            var offset = slab.Offset(first);
            var length = slab.Offset(next) - offset;
            var decayed = order.Skip(first).Take(next - first).Where(parameter => parameter.IsWeight).Sum(parameter => ParameterStore.Room(parameter.Shape.Elements));
            found.Add(new Run(device.Parameters.From(order[first], length), offset, (int)length, (int)decayed, slab.Group(slab.GroupOf(first)).Scalars));
            first = next;
        }
        runs = [.. found];
        version = slab.Version;
    }

    internal override bool Prepare()
    {
        optimiser.Begin(slab);
        slab.PushRate(optimiser.LearningRate);
        if (version == slab.Version)
            return false;
        FindRuns();
        return true;
    }

    internal override void Launch(Route route, Operands at)
    {
        var gradients = at[0];
        if (float.IsFinite(optimiser.ClipNorm))
            Clip(route, gradients);
        // Gradients that are no numbers must not be scaled into the parameters; on the host it costs nothing to look.
        if (float.IsFinite(optimiser.ClipNorm) && route is HostRoute && slab.GradientNorm is var norm && !float.IsFinite(norm))
            throw new BadValueException($"{Name}: needs finite gradients to clip, but their norm is {norm}; no parameter was changed.\nSet device.Checks = Checks.FirstBadValue to see which operation made it.");
        for (var group = 0; group < slab.Groups; group++)
            OptimiserKernels.Advance(route, slab.Group(group).Scalars);
        foreach (var run in runs)
            optimiser.Apply(route, run.Parameters, gradients.Slice(run.Offset, run.Length),
                slab.State(0, run.Offset, run.Length), slab.State(1, run.Offset, run.Length), run.Scalars, run.Length, run.Decayed);
    }

    // The norm is one over all groups, so that clipping turns no gradient to another direction.
    private void Clip(Route route, View gradients)
    {
        var scalars = slab.Group(0).Scalars;
        ClipKernels.Run(route, gradients, slab.Segments, slab.ClipWorkspace, scalars, order.Length, optimiser.ClipNorm);
        for (var group = 1; group < slab.Groups; group++)
            route.Copy(OptimiserScalars.ClippingIn(scalars), OptimiserScalars.ClippingIn(slab.Group(group).Scalars));
    }

    /// <summary>Parameters of one group that lie side by side: their memory, their place in the slab, how many elements decay, and their rule's numbers.</summary>
    private sealed record Run(View Parameters, long Offset, int Length, int Decayed, View Scalars);
}
