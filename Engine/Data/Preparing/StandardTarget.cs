using System.Text.Json.Serialization;

namespace GpuNN;

/// <summary>
/// y' = (y - mean) / deviation, with the mean and the standard deviation (over n) of the targets fitted to. A constant target
/// becomes 0, and comes back as its constant. Units: y' in standard deviations.
/// Source: LeCun, Bottou, Orr and Müller (1998), "Efficient backprop".
/// </summary>
public sealed class StandardTarget : TargetTransform
{
    /// <summary>A transform that has learned nothing yet.</summary>
    public StandardTarget() : this([], []) { }

    /// <summary>A transform of known statistics.</summary>
    [JsonConstructor]
    public StandardTarget(double[] means, double[] deviations)
    {
        if (means.Length != deviations.Length)
            throw new ArgumentException($"As many means as deviations are needed, but got {means.Length} and {deviations.Length}.");
        (Means, Deviations) = (means, deviations);
    }

    /// <summary>The mean of each column.</summary>
    public double[] Means { get; private set; }

    /// <summary>The standard deviation of each column; 0 where it is constant.</summary>
    public double[] Deviations { get; private set; }

    private protected override void Learn(ReadOnlySpan<float> targets, int columns)
    {
        var scaler = new StandardScaler();
        scaler.Fit(targets, columns);
        (Means, Deviations) = (scaler.Means, scaler.Deviations);
    }

    private protected override int Check(int numbers)
    {
        if (Means.Length == 0)
            throw new InvalidOperationException("StandardTarget has nothing to go by yet.\nCall Fit on the training part first.");
        return numbers % Means.Length == 0
            ? Means.Length
            : throw new InvalidDataException($"StandardTarget was fitted to {Means.Length} columns, but got {numbers} numbers.\nUse the same targets as for Fit.");
    }

    private protected override double Forward(double target, int column) =>
        Deviations[column] > 0 ? (target - Means[column]) / Deviations[column] : 0;

    private protected override double Back(double prediction, int column) => prediction * Deviations[column] + Means[column];
}
