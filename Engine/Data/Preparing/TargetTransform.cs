using System.Text.Json;
using System.Text.Json.Serialization;

namespace GpuNN;

/// <summary>
/// Brings a target into a range that suits a network, and its predictions back: into bounds, for a network whose output has
/// bounds, or to a mean of 0 and a deviation of 1. Each column of a target is changed by itself.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(LogisticTarget), "logistic")]
[JsonDerivedType(typeof(MinMaxTarget), "min-max")]
[JsonDerivedType(typeof(StandardTarget), "standard")]
public abstract class TargetTransform
{
    /// <summary>y' = low + (high - low) / (1 + exp(-slope y)): every target ends up strictly inside the bounds.</summary>
    /// <param name="low">Lower bound.</param>
    /// <param name="high">Upper bound.</param>
    /// <param name="slope">About 2 over the standard deviation of the targets: greater ones run into the bounds.</param>
    public static TargetTransform Logistic(double low = 0, double high = 1, double slope = 1) => new LogisticTarget(low, high, slope);

    /// <summary>A linear map of the targets fitted to onto [low, high]; later targets may leave it.</summary>
    /// <param name="low">What the least target becomes.</param>
    /// <param name="high">What the greatest target becomes.</param>
    public static TargetTransform MinMax(double low = 0.1, double high = 0.9) => new MinMaxTarget(low, high);

    /// <summary>A linear map of declared bounds onto [low, high]; a target outside of the bounds is refused.</summary>
    /// <param name="least">The least value that a target can have.</param>
    /// <param name="greatest">The greatest value that a target can have.</param>
    /// <param name="low">What the least becomes.</param>
    /// <param name="high">What the greatest becomes.</param>
    public static TargetTransform MinMax(double least, double greatest, double low, double high) => new MinMaxTarget(low, high, least, greatest);

    /// <summary>y' = (y - mean) / deviation of the targets fitted to: for a network without bounds, whatever the unit of the target.</summary>
    public static TargetTransform Standard() => new StandardTarget();

    /// <summary>Learns what it needs from the targets of the training part.</summary>
    /// <exception cref="InvalidDataException">The set is empty or has no targets.</exception>
    public void Fit(DataSet set)
    {
        if (set.Count == 0 || !set.HasTargets)
            throw new InvalidDataException($"{GetType().Name} needs targets to fit to, but the set has {(set.HasTargets ? "no samples" : "none")}.");
        Learn(set.Targets.Span, (int)set.TargetShape.Elements);
    }

    /// <summary>The same samples with targets in bounds.</summary>
    /// <exception cref="InvalidOperationException">It was not fitted yet.</exception>
    /// <exception cref="InvalidDataException">A target is outside of the declared bounds, or has other columns than in Fit.</exception>
    public DataSet Transform(DataSet set)
    {
        if (set.HasTargets)
            Check((int)set.TargetShape.Elements);
        return set.MapTargets((target, result) =>
        {
            for (var column = 0; column < target.Length; column++)
                result[column] = Inside(Forward(target[column], column));
        });
    }

    /// <summary>Predictions in the units of the targets, in place.</summary>
    /// <param name="predictions">Rows of predictions, one after the other.</param>
    /// <exception cref="InvalidOperationException">It was not fitted yet.</exception>
    public void Inverse(Span<float> predictions)
    {
        var columns = Check(predictions.Length);
        for (var at = 0; at < predictions.Length; at++)
            predictions[at] = (float)Back(predictions[at], at % columns);
    }

    /// <summary>What it needs to know, as text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text is something else.</exception>
    public static TargetTransform FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<TargetTransform>(json) ?? throw new JsonException("it is null");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"A stored target transform was expected, but the text is none: {exception.Message}", exception);
        }
    }

    private protected static void CheckRange(double low, double high)
    {
        if (!(low < high) || !double.IsFinite(high - low))
            throw new ArgumentException($"A target transform needs low < high, both finite, but got {low} to {high}.");
    }

    /// <summary>Learns from whole rows of targets.</summary>
    private protected abstract void Learn(ReadOnlySpan<float> targets, int columns);

    /// <summary>Number of columns that fit so many numbers; refuses where there is no fit.</summary>
    private protected abstract int Check(int numbers);

    /// <summary>One target in bounds.</summary>
    private protected abstract double Forward(double target, int column);

    /// <summary>One prediction in the units of the target.</summary>
    private protected abstract double Back(double prediction, int column);

    /// <summary>Rounds to single precision without reaching a bound that must not be reached.</summary>
    private protected virtual float Inside(double value) => (float)value;
}
