namespace GpuNN;

/// <summary>
/// A forecaster that learns from windows of the series: from its lags to the steps ahead. The series is changed first, and the
/// forecast is changed back; in the end the changed series is standardised. All of that is fitted to the training part alone.
/// </summary>
public abstract class WindowForecaster : Forecaster
{
    private readonly List<Func<DataSet, float[]>> models = [];
    private SeriesTransform change = SeriesTransform.Standard();

    /// <summary>A forecaster.</summary>
    /// <param name="windows">What is seen and what is to be predicted: the steps 1 to the horizon.</param>
    protected WindowForecaster(Windows windows)
    {
        if (!windows.Ahead.SequenceEqual(Enumerable.Range(1, windows.Ahead.Count)))
            throw new ArgumentException($"WindowForecaster: needs windows that predict steps 1, 2, ... to the horizon, but got [{string.Join(", ", windows.Ahead)}].\nUse new Windows(lags, horizon).", nameof(windows));
        Windows = windows;
    }

    /// <summary>What is seen and what is predicted.</summary>
    public Windows Windows { get; }

    /// <summary>The farthest step that it learns; with <see cref="HorizonStrategy.Recursive"/> any can be forecast.</summary>
    public int Horizon => Windows.Ahead.Count;

    /// <summary>How it forecasts several steps.</summary>
    public HorizonStrategy Strategy { get; init; }

    /// <summary>How the series is changed before it is standardised. It is fitted with the forecaster, so each needs its own.</summary>
    public SeriesTransform Transform
    {
        get;
        init
        {
            field = value;
            change = SeriesTransform.Chain(value, SeriesTransform.Standard());
        }
    } = SeriesTransform.Chain();

    /// <inheritdoc/>
    public override void Fit(ReadOnlySpan<double> train)
    {
        models.Clear();
        change.Fit(train);
        var series = change.Forward(train);
        int[][] targets = Strategy switch
        {
            HorizonStrategy.Recursive => [[1]],
            HorizonStrategy.Direct => [.. Windows.Ahead.Select(step => new[] { step })],
            _ => [[.. Windows.Ahead]],
        };
        var learned = targets.Select((ahead, number) => Learn((Windows with { Ahead = ahead }).Cut(series), number)).ToList();
        models.AddRange(learned);
    }

    /// <summary>Learns one model of standardised windows.</summary>
    /// <param name="train">Lags, and the values to predict.</param>
    /// <param name="number">Which of the models it is, from 0.</param>
    /// <returns>What the model answers.</returns>
    protected abstract Func<DataSet, float[]> Learn(DataSet train, int number);

    /// <inheritdoc/>
    protected override double[] Ahead(ReadOnlySpan<double> history, int horizon)
    {
        if (models.Count == 0)
            throw new InvalidOperationException($"{Name}: has learned nothing yet.\nCall Fit first.");
        if (Strategy != HorizonStrategy.Recursive && horizon > Horizon)
            throw new ArgumentOutOfRangeException(nameof(horizon), $"{Name}: learned {Horizon} steps ahead, but {horizon} are asked for.\nUse windows with a longer horizon, or HorizonStrategy.Recursive.");
        Need(Windows.Needed + change.Lost, history);
        var series = change.Forward(history);
        var forecast = Strategy == HorizonStrategy.Recursive ? Recursion(series, horizon) : AtOnce(series, horizon);
        return change.Inverse(history, forecast);
    }

    private double[] AtOnce(double[] series, int horizon)
    {
        var newest = Windows.Newest(series);
        return [.. models.SelectMany(model => model(newest)).Take(horizon).Select(value => (double)value)];
    }

    private double[] Recursion(double[] series, int horizon)
    {
        var values = new double[Windows.Needed + horizon];
        series.AsSpan(series.Length - Windows.Needed).CopyTo(values);
        for (var step = 0; step < horizon; step++)
        {
            var next = models[0](Windows.Newest(values.AsSpan(step, Windows.Needed)))[0];
            values[Windows.Needed + step] = float.IsFinite(next) ? next : throw new InvalidOperationException(
                $"{Name}: the recursion is {next} at step {step + 1} of {horizon}.\nUse HorizonStrategy.MultiOutput, a shorter horizon, or fewer lags.");
        }
        return values[Windows.Needed..];
    }
}
