namespace GpuNN.Tests;

/// <summary>The figures of forecasts, by hand.</summary>
[Notes("15.4.1", "Introduction")]
public sealed class ForecastErrorsTests
{
    private static readonly double[] actual = [1, 2, 3, 6];
    private static readonly double[] forecast = [2, 2, 1, 8];

    [Test]
    public void By_hand() => Assert.Multiple(() =>
    {
        Assert.That(ForecastErrors.Rmse(actual, forecast), Is.EqualTo(1.5).Within(1e-12), "sqrt((1 + 0 + 4 + 4) / 4)");
        Assert.That(ForecastErrors.Mae(actual, forecast), Is.EqualTo(1.25).Within(1e-12));
        Assert.That(ForecastErrors.Nrmse(actual, forecast), Is.EqualTo(1.5 / Math.Sqrt(3.5)).Within(1e-12), "variance (4 + 1 + 0 + 9) / 4");
        Assert.That(ForecastErrors.Nrmse(actual, [3, 3, 3, 3]), Is.EqualTo(1).Within(1e-12), "the mean");
        Assert.That(ForecastErrors.Mase(actual, forecast, [1, 2, 4, 4]), Is.EqualTo(1.25).Within(1e-12), "naive: (1 + 2 + 0) / 3");
        Assert.That(ForecastErrors.Mase(actual, forecast, [1, 2, 4, 4], season: 2), Is.EqualTo(0.5).Within(1e-12), "seasonal naive: (3 + 2) / 2");
        Assert.That(ForecastErrors.Smape(actual, forecast), Is.EqualTo((200 / 3.0 + 0 + 100 + 200 / 7.0) / 4).Within(1e-12), "2 / 3, 0, 4 / 4, 4 / 14 of 1");
        Assert.That(ForecastErrors.Coverage(actual, [1, 3, 0, 7], [1, 4, 9, 9]), Is.EqualTo(0.5), "the ends belong to it");
    });

    [Test]
    public void A_constant_series_gives_no_NaN() => Assert.Multiple(() =>
    {
        Assert.That(ForecastErrors.Nrmse([5, 5], [5, 5]), Is.Zero);
        Assert.That(ForecastErrors.Nrmse([5, 5], [5, 6]), Is.EqualTo(double.PositiveInfinity));
        Assert.That(ForecastErrors.Mase([5, 5], [5, 5], [5, 5, 5]), Is.Zero);
        Assert.That(ForecastErrors.Mase([5, 4], [5, 5], [5, 5, 5]), Is.EqualTo(double.PositiveInfinity));
    });

    [Test]
    public void Zeros_and_signs_give_no_NaN() => Assert.Multiple(() =>
    {
        Assert.That(ForecastErrors.Smape([0, 0], [0, 1]), Is.EqualTo(100), "0 and 200");
        Assert.That(ForecastErrors.Smape([-1], [1]), Is.EqualTo(200));
    });

    [Test]
    public void Wrong_lengths_are_refused()
    {
        Assert.That(() => ForecastErrors.Rmse([1, 2], [1]), Throws.ArgumentException.With.Message.Contains("2 and 1"));
        Assert.That(() => ForecastErrors.Smape([], []), Throws.ArgumentException);
        Assert.That(() => ForecastErrors.Mase([1], [1], [1, 2], season: 2), Throws.ArgumentException.With.Message.Contains("season of 2 and 2 values"));
    }
}
