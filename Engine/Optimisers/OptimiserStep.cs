using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// The effect of <see cref="Graph.Minimise"/>: parameters that lie side by side, as a model's do, are updated in one launch.
/// </summary>
internal sealed class OptimiserStep(Optimiser optimiser, Parameter[] order, Tensor packed) : Effect([packed, .. order])
{
    private OptimiserSlab slab = null!;
    private Run[] runs = [];

    public override string Name => optimiser.GetType().Name;

    internal override IReadOnlyList<Parameter> Updated => order;

    internal override long KeptElements => optimiser.States * order.Sum(parameter => ParameterStore.Room(parameter.Shape.Elements));

    internal override void Bind(Device device)
    {
        slab = optimiser.Slab(device, order);
        var found = new List<Run>();
        for (var first = 0; first < order.Length;)
        {
            var next = first + 1;
            while (next < order.Length && device.Parameters.FollowsInMemory(order[next - 1], order[next]))
                next++;
            var offset = slab.Offset(first);
            var length = slab.Offset(next) - offset;
            var decayed = order.Skip(first).Take(next - first).Where(parameter => parameter.Shape.Rank >= 2).Sum(parameter => ParameterStore.Room(parameter.Shape.Elements));
            found.Add(new Run(device.Parameters.From(order[first], length), offset, (int)length, (int)decayed));
            first = next;
        }
        runs = [.. found];
    }

    internal override void Prepare() => slab.PushRate(optimiser.LearningRate);

    internal override void Launch(Route route, Operands at)
    {
        var gradients = at[0];
        if (float.IsFinite(optimiser.ClipNorm))
            ClipKernels.Run(route, gradients, slab.Segments, slab.ClipWorkspace, slab.Scalars, order.Length, optimiser.ClipNorm);
        // Gradients that are no numbers must not be scaled into the parameters; on the host it costs nothing to look.
        if (float.IsFinite(optimiser.ClipNorm) && route is HostRoute && slab.GradientNorm is var norm && !float.IsFinite(norm))
            throw new BadValueException($"{Name}: needs finite gradients to clip, but their norm is {norm}; no parameter was changed.\nSet device.Checks = Checks.FirstBadValue to see which operation made it.");
        OptimiserKernels.Advance(route, slab.Scalars);
        foreach (var run in runs)
            optimiser.Apply(route, run.Parameters, gradients.Slice(run.Offset, run.Length),
                slab.State(0, run.Offset, run.Length), slab.State(1, run.Offset, run.Length), slab.Scalars, run.Length, run.Decayed);
    }

    /// <summary>Parameters that lie side by side: their memory, their place in the slab, and how many elements decay.</summary>
    private sealed record Run(View Parameters, long Offset, int Length, int Decayed);
}
