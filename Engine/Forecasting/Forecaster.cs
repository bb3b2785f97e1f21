namespace GpuNN;

/// <summary>
/// Something that learns from the past of a series and says what comes next. Learning and forecasting are two things: a forecast may
/// begin later than the training part ends, with a model that was not fitted again.
/// </summary>
public abstract class Forecaster
{
    /// <summary>What it is called in results.</summary>
    public abstract string Name { get; }

    /// <summary>Learns from a training part. What was learned before is forgotten.</summary>
    /// <param name="train">The values, oldest first.</param>
    /// <exception cref="InvalidDataException">There are too few values, or some it cannot learn from.</exception>
    public abstract void Fit(ReadOnlySpan<double> train);

    /// <summary>What comes next.</summary>
    /// <param name="history">All values that are known, oldest first.</param>
    /// <param name="horizon">How many values to forecast; at least 1.</param>
    /// <exception cref="InvalidDataException">There are too few known values.</exception>
    /// <exception cref="InvalidOperationException">Fit was not called yet, or the forecast is not finite any more.</exception>
    public double[] Forecast(ReadOnlySpan<double> history, int horizon)
    {
        if (horizon < 1)
            throw new ArgumentOutOfRangeException(nameof(horizon), $"{Name}: needs a horizon of 1 or more, but got {horizon}.\nA horizon of 1 is the next value.");
        var forecast = Ahead(history, horizon);
        var bad = Array.FindIndex(forecast, value => !double.IsFinite(value));
        return bad < 0
            ? forecast
            : throw new InvalidOperationException($"{Name}: the forecast is {forecast[bad]} at step {bad + 1} of {horizon}.\nA recursion may grow without bound: use HorizonStrategy.MultiOutput, a shorter horizon, or fewer lags.");
    }

    /// <summary>The forecast itself, at least one step.</summary>
    protected abstract double[] Ahead(ReadOnlySpan<double> history, int horizon);

    /// <summary>Refuses a history of fewer values.</summary>
    private protected void Need(int values, ReadOnlySpan<double> history)
    {
        if (history.Length < values)
            throw new InvalidDataException($"{Name}: needs {values} known values, but got {history.Length}.\nUse more data, or a shorter season.");
    }
}
