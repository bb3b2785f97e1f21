namespace GpuNN.Tests;

/// <summary>Simple forecasts by hand, and the ways to forecast several steps.</summary>
[Notes("15.4.1", "Introduction")]
public sealed class ForecasterTests
{
    [Test]
    public void Simple_forecasts_by_hand()
    {
        double[] history = [2, 4, 9, 8];
        Assert.Multiple(() =>
        {
            Assert.That(new Naive().Forecast(history, 3), Is.EqualTo(new double[] { 8, 8, 8 }));
            Assert.That(new SeasonalNaive(3).Forecast(history, 5), Is.EqualTo(new double[] { 4, 9, 8, 4, 9 }));
            Assert.That(new Drift().Forecast(history, 2), Is.EqualTo(new double[] { 10, 12 }));
        });
    }

    [Test]
    public void A_linear_recurrence_is_found_and_goes_on([Values] HorizonStrategy strategy)
    {
        // x(t) = 1.6 x(t-1) - x(t-2) + 2: a wave around 5 that neither grows nor dies
        var series = new double[60];
        (series[0], series[1]) = (6, 8);
        for (var t = 2; t < series.Length; t++)
            series[t] = 1.6 * series[t - 1] - series[t - 2] + 2;
        var linear = new LinearAutoregression(new Windows(2, 8)) { Strategy = strategy };
        linear.Fit(series.AsSpan(0, 40));
        Assert.That(linear.Forecast(series.AsSpan(0, 45), 8), Is.EqualTo(series[45..53]).Within(1e-4));
        Assert.That(linear.Forecast(series.AsSpan(0, 45), 3), Is.EqualTo(series[45..48]).Within(1e-4));
    }

    [Test]
    public void A_season_that_grows_is_a_matter_of_the_transform()
    {
        double[] series = [.. Enumerable.Range(0, 96).Select(t => Math.Exp(0.02 * t + Math.Sin(Math.PI * t / 6)))];
        var linear = new LinearAutoregression(new Windows(3, 12)) { Transform = SeriesTransform.Chain(SeriesTransform.Log(), SeriesTransform.Difference(12)) };
        linear.Fit(series.AsSpan(0, 72));
        Assert.That(linear.Forecast(series.AsSpan(0, 84), 12), Is.EqualTo(series[84..96]).Within(1e-4));
    }

    [Test]
    public void Only_a_recursion_goes_beyond_its_windows()
    {
        double[] series = [.. Enumerable.Range(0, 30).Select(t => Math.Sin(t))];
        var (once, again) = (new LinearAutoregression(new Windows(2, 3)), new LinearAutoregression(new Windows(2)) { Strategy = HorizonStrategy.Recursive });
        once.Fit(series);
        again.Fit(series);
        Assert.That(() => once.Forecast(series, 4), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("learned 3 steps ahead, but 4 are asked for"));
        Assert.That(again.Forecast(series, 40), Is.EqualTo(Enumerable.Range(30, 40).Select(t => Math.Sin(t))).Within(1e-3));
    }

    [Test]
    public void A_recursion_of_a_chaotic_series_stays_bounded()
    {
        var series = MackeyGlass.Series(1_200);
        var linear = new LinearAutoregression(new Windows(19)) { Strategy = HorizonStrategy.Recursive };
        linear.Fit(series.AsSpan(118, 500));
        foreach (var known in new[] { 618, 700, 900, 1_000 })
            Assert.That(linear.Forecast(series.AsSpan(0, known), 84), Is.All.InRange(0.0, 1.6));
    }

    [Test]
    public void A_recursion_that_runs_away_is_told()
    {
        double[] series = [.. Enumerable.Range(0, 20).Select(t => Math.Pow(3, t))];
        var linear = new LinearAutoregression(new Windows(1)) { Strategy = HorizonStrategy.Recursive };
        linear.Fit(series);
        Assert.That(() => linear.Forecast(series, 200), Throws.InvalidOperationException.With.Message.Contains("at step").And.Message.Contains("MultiOutput"));
    }

    [Test]
    public void Nothing_of_what_comes_later_is_used()
    {
        double[] series = [.. Enumerable.Range(0, 50).Select(t => Math.Sin(t) + 0.1 * t)];
        double[] other = [.. series[..40], .. Enumerable.Repeat(1e6, 10)];
        var (first, second) = (new LinearAutoregression(new Windows(4, 5)), new LinearAutoregression(new Windows(4, 5)));
        first.Fit(series.AsSpan(0, 40));
        second.Fit(other.AsSpan(0, 40));
        Assert.That(first.Forecast(series.AsSpan(0, 40), 5), Is.EqualTo(second.Forecast(other.AsSpan(0, 40), 5)));
    }

    [Test]
    public void A_constant_series_is_forecast_as_its_constant()
    {
        double[] series = [.. Enumerable.Repeat(4.0, 30)];
        foreach (var transform in new[] { SeriesTransform.Chain(), SeriesTransform.Difference() })
        {
            var linear = new LinearAutoregression(new Windows(3, 2)) { Transform = transform };
            linear.Fit(series);
            Assert.That(linear.Forecast(series, 2), Is.EqualTo(new double[] { 4, 4 }).Within(1e-9));
        }
    }

    [Test]
    public void Wrong_use_is_refused()
    {
        var linear = new LinearAutoregression(new Windows(4, 2));
        Assert.That(() => linear.Forecast([1, 2, 3, 4], 1), Throws.InvalidOperationException.With.Message.Contains("Call Fit first"));
        Assert.That(() => linear.Fit([1, 2, 3, 4, 5]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("6 values for one sample"));
        linear.Fit([1, 2, 3, 4, 5, 6, 7]);
        Assert.That(() => linear.Forecast([1, 2, 3], 1), Throws.TypeOf<InvalidDataException>().With.Message.Contains("needs 4 known values, but got 3"));
        Assert.That(() => linear.Forecast([1, 2, 3, 4], 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("horizon of 1 or more, but got 0"));
        Assert.That(() => new SeasonalNaive(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new SeasonalNaive(4).Forecast([1, 2], 1), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => new LinearAutoregression(new Windows([0], [2])), Throws.ArgumentException.With.Message.Contains("steps 1, 2, ..."));
        var logarithm = new LinearAutoregression(new Windows(1)) { Transform = SeriesTransform.Log() };
        Assert.That(() => logarithm.Fit([1, 2, -3, 4]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("value 2 is -3"));
    }
}
