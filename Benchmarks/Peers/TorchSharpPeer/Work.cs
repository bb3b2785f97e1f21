namespace GpuNN.Peers;

/// <summary>What a workload's builder returns: one iteration, and what is known about it.</summary>
sealed class Work
{
    public required Action Step { get; init; }
    public Func<double>? Loss { get; init; }
    public long Params { get; init; }
    public double Flop { get; init; }
    public double Bytes { get; init; }
    public int Samples { get; init; }
}
