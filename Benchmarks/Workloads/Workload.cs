namespace GpuNN.Benchmarks;

/// <summary>A named piece of work of fixed size, the same for every peer (see <c>Peers/README.md</c>).</summary>
public abstract class Workload
{
    /// <summary>Its name, the same for every peer.</summary>
    public abstract string Name { get; }

    /// <summary>What it is for: ceilings, kernels or train.</summary>
    public abstract WorkloadGroup Group { get; }

    /// <summary>Its sizes, for people, in the peers' words.</summary>
    public abstract string Shape { get; }

    /// <summary>Makes model and data on the device; nothing of that is timed. The device frees them.</summary>
    public abstract Work Build(Device device);
}

/// <summary>What a workload is for.</summary>
public enum WorkloadGroup
{
    /// <summary>What the machine can do at most.</summary>
    Ceilings,

    /// <summary>One operation.</summary>
    Kernels,

    /// <summary>A whole training step.</summary>
    Train,
}
