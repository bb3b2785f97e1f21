namespace GpuNN;

/// <summary>
/// y' = low + (high - low) / (1 + exp(-slope y)), and back y = log(p / (1 - p)) / slope with p = (y' - low) / (high - low).
/// A prediction at a bound or past it comes back as if it were just inside: p is kept 2^-24 away from 0 and 1.
/// </summary>
public sealed class LogisticTarget : TargetTransform
{
    private const double Least = 1.0 / (1 << 24);

    /// <summary>A transform into (low, high).</summary>
    /// <param name="low">Lower bound.</param>
    /// <param name="high">Upper bound.</param>
    /// <param name="slope">Steepness at 0, more than 0.</param>
    public LogisticTarget(double low, double high, double slope)
    {
        CheckRange(low, high);
        if (!(slope > 0) || !double.IsFinite(slope))
            throw new ArgumentException($"A logistic transform needs a slope above 0, but got {slope}.");
        (Low, High, Slope) = (low, high, slope);
    }

    /// <summary>Lower bound.</summary>
    public double Low { get; }

    /// <summary>Upper bound.</summary>
    public double High { get; }

    /// <summary>Steepness at 0.</summary>
    public double Slope { get; }

    private protected override void Learn(ReadOnlySpan<float> targets, int columns)
    {
        // All is given: nothing is learned.
    }

    private protected override int Check(int numbers) => 1;

    private protected override double Forward(double target, int column) => Low + (High - Low) / (1 + Math.Exp(-Slope * target));

    private protected override double Back(double prediction, int column)
    {
        var p = Math.Clamp((prediction - Low) / (High - Low), Least, 1 - Least);
        return Math.Log(p / (1 - p)) / Slope;
    }

    private protected override float Inside(double value)
    {
        var rounded = (float)value;
        if (rounded <= Low)
            return MathF.BitIncrement((float)Low);
        return rounded >= High ? MathF.BitDecrement((float)High) : rounded;
    }
}
