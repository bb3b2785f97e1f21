using System.Text.Json.Serialization;

namespace GpuNN;

/// <summary>
/// y' = low + (high - low) (y - least) / (greatest - least). A constant target becomes the middle, and comes back as its constant.
/// </summary>
public sealed class MinMaxTarget : TargetTransform
{
    /// <summary>A transform whose limits Fit learns.</summary>
    public MinMaxTarget(double low, double high) : this(low, high, [], [], declared: false) { }

    /// <summary>A transform of declared limits, the same for each column.</summary>
    public MinMaxTarget(double low, double high, double least, double greatest) : this(low, high, [least], [greatest], declared: true)
    {
        if (!(least < greatest) || !double.IsFinite(greatest - least))
            throw new ArgumentException($"Declared bounds need least < greatest, both finite, but got {least} to {greatest}.");
    }

    /// <summary>A transform of known limits.</summary>
    [JsonConstructor]
    public MinMaxTarget(double low, double high, double[] least, double[] greatest, bool declared)
    {
        CheckRange(low, high);
        if (least.Length != greatest.Length)
            throw new ArgumentException($"As many least as greatest values are needed, but got {least.Length} and {greatest.Length}.");
        (Low, High, Least, Greatest, Declared) = (low, high, least, greatest, declared);
    }

    /// <summary>What the least target becomes.</summary>
    public double Low { get; }

    /// <summary>What the greatest target becomes.</summary>
    public double High { get; }

    /// <summary>The least target of each column; one for all where declared.</summary>
    public double[] Least { get; private set; }

    /// <summary>The greatest target of each column; one for all where declared.</summary>
    public double[] Greatest { get; private set; }

    /// <summary>Whether the limits were declared, so that no target may leave them.</summary>
    public bool Declared { get; }

    private protected override void Learn(ReadOnlySpan<float> targets, int columns)
    {
        if (Declared)
            return;
        var least = new double[columns];
        var greatest = new double[columns];
        for (var at = 0; at < targets.Length; at++)
        {
            var column = at % columns;
            least[column] = at < columns ? targets[at] : Math.Min(least[column], targets[at]);
            greatest[column] = at < columns ? targets[at] : Math.Max(greatest[column], targets[at]);
        }
        (Least, Greatest) = (least, greatest);
    }

    private protected override int Check(int numbers)
    {
        if (Least.Length == 0)
            throw new InvalidOperationException("MinMaxTarget has nothing to go by yet.\nCall Fit on the training part first, or declare the bounds.");
        return numbers % Least.Length == 0
            ? Least.Length
            : throw new InvalidDataException($"MinMaxTarget was fitted to {Least.Length} columns, but got {numbers} numbers.\nUse the same targets as for Fit.");
    }

    private protected override double Forward(double target, int column)
    {
        var (least, greatest) = Limits(column);
        if (Declared && !(target >= least && target <= greatest))
            throw new InvalidDataException($"A target must be within the declared bounds {least} to {greatest}, but column {column} has {target}.\nDeclare wider bounds.");
        return greatest > least ? Low + (High - Low) * ((target - least) / (greatest - least)) : (Low + High) / 2;
    }

    private protected override double Back(double prediction, int column)
    {
        var (least, greatest) = Limits(column);
        return least + (greatest - least) * ((prediction - Low) / (High - Low));
    }

    private (double Least, double Greatest) Limits(int column) => (Least[column % Least.Length], Greatest[column % Least.Length]);
}
