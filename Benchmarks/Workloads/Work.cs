using GpuNN.Kernels;

namespace GpuNN.Benchmarks;

/// <summary>A workload made ready on a device.</summary>
/// <param name="Step">One iteration; it may return before the device has finished.</param>
public sealed record Work(Action Step)
{
    /// <summary>Arithmetic of a step: operations of its matrix products, two a multiply-add; 0 where it is not counted.</summary>
    public double Flop { get; init; }

    /// <summary>The least memory traffic of a step, in bytes; 0 where it is not counted.</summary>
    public double Bytes { get; init; }

    /// <summary>Samples of a training step.</summary>
    public int Samples { get; init; }

    /// <summary>Trainable parameters.</summary>
    public long Params { get; init; }

    /// <summary>The loss after the last step.</summary>
    public Func<double>? Loss { get; init; }

    /// <summary>Memory that the workload took past the device, freed after the measurement.</summary>
    public IReadOnlyList<Block> Blocks { get; init; } = [];
}
