namespace GpuNN;

/// <summary>
/// Makes samples of a series: for a time t, the origin, the input is what was known then and the target what came after.
/// An input is x(t - lag) for each lag, an output x(t + k) for each step k ahead.
/// Shapes: items (lags), or (lags, 1) as a sequence for a recurrent network; targets (steps ahead).
/// </summary>
public sealed record Windows
{
    private readonly int[] lags;
    private readonly int[] ahead;

    /// <summary>Windows of the newest values without a hole, and the values just after them.</summary>
    /// <param name="lags">How many values are seen, the newest of them that of the origin itself.</param>
    /// <param name="horizon">How many values are to be predicted.</param>
    public Windows(int lags, int horizon = 1)
        : this([.. Enumerable.Range(0, Math.Max(lags, 0)).Reverse()], [.. Enumerable.Range(1, Math.Max(horizon, 0))])
    {
    }

    /// <summary>Windows of chosen values.</summary>
    /// <param name="lags">How far back each value that is seen lies, in the order of the inputs; 0 is the value of the origin itself.</param>
    /// <param name="ahead">How far ahead each value to predict lies; 1 is the next one.</param>
    public Windows(IReadOnlyList<int> lags, IReadOnlyList<int> ahead)
    {
        if (lags.Count == 0 || lags.Any(lag => lag < 0) || lags.Distinct().Count() < lags.Count)
            throw new ArgumentException($"Windows: needs at least one lag, each 0 or more and once, but got [{string.Join(", ", lags)}].\nTry 12; lag 0 is the newest known value.", nameof(lags));
        (this.lags, this.ahead) = ([.. lags], Checked(ahead));
    }

    /// <summary>How far back each input lies.</summary>
    public IReadOnlyList<int> Lags => lags;

    /// <summary>How far ahead each target lies.</summary>
    public IReadOnlyList<int> Ahead
    {
        get => ahead;
        init => ahead = Checked(value);
    }

    /// <summary>Steps from one origin to the next.</summary>
    public int Stride
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), $"Windows: needs a stride of 1 or more, but got {value}.");
    } = 1;

    /// <summary>Whether an item is a sequence of one feature, (lags, 1), oldest first where the lags are in that order.</summary>
    public bool AsSequence { get; init; }

    /// <summary>Shape of an item.</summary>
    public Shape ItemShape => AsSequence ? [lags.Length, 1] : [lags.Length];

    /// <summary>Values that must be known to make an input: the largest lag and 1.</summary>
    public int Needed => lags.Max() + 1;

    /// <summary>The places of the origins in a series of so many values: all whose inputs and targets lie inside, by the stride.</summary>
    public IEnumerable<int> Origins(int count)
    {
        for (var origin = Needed - 1; origin + ahead.Max() < count; origin += Stride)
            yield return origin;
    }

    /// <summary>All samples of a series.</summary>
    /// <exception cref="InvalidDataException">The series is too short for one.</exception>
    public DataSet Cut(ReadOnlySpan<double> series)
    {
        int[] origins = [.. Origins(series.Length)];
        if (origins.Length == 0)
            throw new InvalidDataException($"Windows: needs {Needed + ahead.Max()} values for one sample, {Needed} to see and {ahead.Max()} ahead, but the series has {series.Length}.\nUse fewer lags, a shorter horizon, or more data.");
        return Samples(series, origins);
    }

    /// <summary>The samples with origins in a range.</summary>
    /// <param name="series">The series.</param>
    /// <param name="first">The first origin.</param>
    /// <param name="last">The last origin at most.</param>
    /// <exception cref="InvalidDataException">An input or a target would lie outside of the series.</exception>
    public DataSet Cut(ReadOnlySpan<double> series, int first, int last)
    {
        if (first < Needed - 1 || last + ahead.Max() >= series.Length || last < first)
            throw new InvalidDataException($"Windows: origins of {series.Length} values must lie in {Needed - 1} to {series.Length - 1 - ahead.Max()}, but got {first} to {last}.");
        return Samples(series, [.. Enumerable.Range(0, (last - first) / Stride + 1).Select(step => first + step * Stride)]);
    }

    /// <summary>The input whose origin is the last value of a series, to predict what is not known yet.</summary>
    /// <exception cref="InvalidDataException">The series is too short.</exception>
    public DataSet Newest(ReadOnlySpan<double> series)
    {
        if (series.Length < Needed)
            throw new InvalidDataException($"Windows: needs {Needed} known values to forecast from, but got {series.Length}.\nUse fewer lags, or more data.");
        var inputs = new float[lags.Length];
        Fill(series, series.Length - 1, inputs);
        return DataSet.Of(inputs, ItemShape);
    }

    private DataSet Samples(ReadOnlySpan<double> series, int[] origins)
    {
        var inputs = new float[(long)origins.Length * lags.Length];
        var targets = new float[(long)origins.Length * ahead.Length];
        for (var row = 0; row < origins.Length; row++)
        {
            Fill(series, origins[row], inputs.AsSpan(row * lags.Length, lags.Length));
            for (var step = 0; step < ahead.Length; step++)
                targets[row * ahead.Length + step] = (float)series[origins[row] + ahead[step]];
        }
        return DataSet.WithTargets(inputs, ItemShape, targets, [ahead.Length]);
    }

    private void Fill(ReadOnlySpan<double> series, int origin, Span<float> inputs)
    {
        for (var at = 0; at < lags.Length; at++)
            inputs[at] = (float)series[origin - lags[at]];
    }

    private static int[] Checked(IReadOnlyList<int> ahead) => ahead.Count > 0 && ahead.All(step => step > 0)
        ? [.. ahead]
        : throw new ArgumentException($"Windows: needs at least one step ahead, each 1 or more, but got [{string.Join(", ", ahead)}].\nA horizon of 1 predicts the next value.", nameof(ahead));
}
