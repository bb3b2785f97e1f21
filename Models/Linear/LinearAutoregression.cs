namespace GpuNN;

/// <summary>
/// Linear autoregression: each value to come is a linear function of the lags, by least squares.
/// Source: Yule (1927), "On a method of investigating periodicities in disturbed series". Learns by: <see cref="LinearRegression"/>.
/// </summary>
/// <param name="windows">What is seen and what is predicted.</param>
public sealed class LinearAutoregression(Windows windows) : WindowForecaster(windows)
{
    /// <inheritdoc/>
    public override string Name => "linear autoregression";

    /// <inheritdoc/>
    protected override Func<DataSet, float[]> Learn(DataSet train, int number)
    {
        var linear = new LinearRegression();
        linear.Fit(train);
        return linear.Predict;
    }
}
