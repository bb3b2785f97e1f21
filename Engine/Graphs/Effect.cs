using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Something a run changes that outlives it: a parameter, an optimiser's state. Effects run after everything that is
/// computed, so that every read sees the value from before the run.
/// </summary>
public abstract class Effect
{
    private protected Effect(IReadOnlyList<Tensor> reads) => Reads = reads;

    /// <summary>The name in plans.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>What it needs computed, or in memory.</summary>
    public IReadOnlyList<Tensor> Reads { get; }

    /// <summary>Gets memory ready, each time the function is bound to its device.</summary>
    internal virtual void Bind(Device device) { }

    /// <summary>Writes what a caller changed since the last run, before anything is launched.</summary>
    /// <returns>Whether it will launch something else than in the last run, so that a captured one is void.</returns>
    internal virtual bool Prepare() => false;

    /// <summary>Parameters that it changes.</summary>
    internal virtual IReadOnlyList<Parameter> Updated => [];

    /// <summary>Elements that it keeps from one run to the next, besides the parameters.</summary>
    internal virtual long KeptElements => 0;

    /// <summary>Queues the kernel; <paramref name="at"/> holds the memory of <see cref="Reads"/>.</summary>
    internal abstract void Launch(Route route, Operands at);
}

/// <summary>A parameter takes a new value.</summary>
internal sealed class Assignment(Parameter parameter, Tensor value) : Effect([value, parameter])
{
    public override string Name => $"Update {parameter.Path}";

    internal override IReadOnlyList<Parameter> Updated => [parameter];

    internal override void Launch(Route route, Operands at) => route.Copy(at[0], at[1]);
}
