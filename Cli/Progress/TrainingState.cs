namespace GpuNN.Cli;

/// <summary>How far a training has come.</summary>
public readonly record struct TrainingState
{
    /// <summary>The epoch that is running or was just finished, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>How many there will be.</summary>
    public required int Epochs { get; init; }

    /// <summary>The share of this epoch that is done, 0 to 1.</summary>
    public double Part { get; init; }

    /// <summary>Whether the epoch was just finished and judged.</summary>
    public bool EpochDone { get; init; }

    /// <summary>The mean training loss of this epoch so far.</summary>
    public double Loss { get; init; }

    /// <summary>The metric on the test set, at the end of an epoch.</summary>
    public double? Metric { get; init; }

    /// <summary>What that metric is called, where it is not the recipe's.</summary>
    public string? MetricName { get; init; }

    /// <summary>The rate at which samples are trained on.</summary>
    public double SamplesPerSecond { get; init; }

    /// <summary>The time that the rest will take.</summary>
    public TimeSpan Left { get; init; }

    /// <summary>The share of the whole training that is done, 0 to 1.</summary>
    public double Done => (Epoch - 1 + Part) / Epochs;
}
