namespace GpuNN.Tests;

/// <summary>The series with a season, whose seasonal naive forecast has a known error.</summary>
public sealed class SeasonalSeriesTests
{
    [Test]
    public void Without_noise_a_season_later_it_has_only_grown()
    {
        var series = SeasonalSeries.Draw(36, noise: 0);
        for (var t = 0; t < 24; t++)
            Assert.That(series.Values[t + 12] - series.Values[t], Is.EqualTo(12 * SeasonalSeries.Trend).Within(1e-9));
        Assert.That(series.Values[3] - series.Values[0], Is.EqualTo(0.3 + 8 - 3).Within(1e-9), "a quarter of a year on: 8 sin(pi / 2) + 3 sin(3 pi / 2)");
        Assert.That((series.Labels[0], series.Labels[13]), Is.EqualTo(("1980-01", "1981-02")));
    }

    [Test]
    public void The_seasonal_naive_error_is_as_calculated()
    {
        var series = SeasonalSeries.Draw(60_000, seed: 2);
        double[] errors = [.. Enumerable.Range(12, series.Count - 12).Select(t => series.Values[t] - series.Values[t - 12])];
        var mean = errors.Average();
        Assert.That(mean, Is.EqualTo(1.2).Within(0.02));
        Assert.That(errors.Average(error => (error - mean) * (error - mean)), Is.EqualTo(2 * (1 - Math.Pow(0.6, 12)) / (1 - 0.36)).Within(0.08));
    }

    [Test]
    public void The_seed_decides_and_the_length_does_not()
    {
        Assert.That(SeasonalSeries.Draw(5, 1).Values.ToArray(), Is.EqualTo(SeasonalSeries.Draw(50, 1).Values[..5].ToArray()));
        Assert.That(SeasonalSeries.Draw(5, 1).Values.ToArray(), Is.Not.EqualTo(SeasonalSeries.Draw(5, 2).Values.ToArray()));
    }
}
