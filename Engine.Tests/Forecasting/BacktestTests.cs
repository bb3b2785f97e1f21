namespace GpuNN.Tests;

/// <summary>Forecasts from origins that move through a series, counted by hand.</summary>
[Notes("15.4.1", "Introduction")]
public sealed class BacktestTests
{
    private static readonly double[] series = [1, 2, 4, 3, 5, 6, 8, 7, 9, 10];

    [Test]
    public void Its_origins_by_hand()
    {
        Assert.That(new Backtest(4, 2).Origins(10), Is.EqualTo(new[] { 4, 5, 6, 7, 8 }));
        Assert.That(new Backtest(4, 2) { Step = 3 }.Origins(10), Is.EqualTo(new[] { 4, 7 }));
        Assert.That(new Backtest(7, 3).Origins(10), Is.EqualTo(new[] { 7 }));
        Assert.That(() => new Backtest(8, 3).Origins(10), Throws.TypeOf<InvalidDataException>().With.Message.Contains("8 known values and 3 after them, but the series has 10"));
    }

    [Test]
    public void The_forecaster_sees_what_is_known_and_no_more([Values(0, 1, 2)] int every)
    {
        var spy = new Spy();
        var result = new Backtest(4, 2) { Step = 2, RefitEvery = every }.Run(spy, series);
        Assert.That(spy.Histories.Select(history => history.Length), Is.EqualTo(new[] { 4, 6, 8 }));
        Assert.That(spy.Fits, Is.EqualTo(every switch { 0 => new[] { 4 }, 1 => [4, 6, 8], _ => [4, 8] }));
        foreach (var history in spy.Histories)
            Assert.That(history, Is.EqualTo(series[..history.Length]));
        Assert.That(result.Forecasts.Select(forecast => forecast.Actual), Is.EqualTo(new[] { new double[] { 5, 6 }, [8, 7], [9, 10] }));
        Assert.That(result.Forecasts.Select(forecast => forecast.Fitted), Is.EqualTo(every switch { 0 => new[] { true, false, false }, 1 => [true, true, true], _ => [true, false, true] }));
    }

    [Test]
    public void Its_figures_by_hand()
    {
        var result = new Backtest(4, 2) { Step = 2 }.Run(new Naive(), series);
        // forecasts 3, 6, 7; errors (2, 3), (2, 1), (2, 3)
        Assert.Multiple(() =>
        {
            Assert.That(result.MaeByStep, Is.EqualTo(new[] { 2, 7 / 3.0 }).Within(1e-12));
            Assert.That(result.RmseByStep, Is.EqualTo(new[] { 2, Math.Sqrt(19 / 3.0) }).Within(1e-12));
            Assert.That(result.Mase, Is.EqualTo(13 / 6.0 / (4 / 3.0)).Within(1e-12), "before the first origin: (1 + 2 + 1) / 3");
            Assert.That(result.Name, Is.EqualTo("naive"));
        });
        Assert.That(new Backtest(4, 2) { Season = 4 }.Run(new Naive(), series).Mase, Is.NaN, "no season is known before");
    }

    [Test]
    public void Later_values_change_no_earlier_forecast()
    {
        double[] other = [.. series[..8], 1_000, -1_000];
        var test = new Backtest(5, 1);
        var (first, second) = (test.Run(Linear(), series), test.Run(Linear(), other));
        Assert.That(first.Forecasts.Select(forecast => forecast.Forecast[0]).Take(4), Is.EqualTo(second.Forecasts.Select(forecast => forecast.Forecast[0]).Take(4)),
            "from origins with 5 to 8 known values");

        static LinearAutoregression Linear() => new(new Windows(2));
    }

    [Test]
    public void The_best_is_chosen_and_what_fails_is_left_out()
    {
        double[] season = [.. Enumerable.Range(0, 40).Select(t => t % 4 - 1.0)];
        var failing = new LinearAutoregression(new Windows(2, 2)) { Transform = SeriesTransform.Log() };
        var best = new SeasonalNaive(4);
        var test = new Backtest(20, 2);
        Assert.That(test.Choose<Forecaster>([failing, new Naive(), best, new Drift()], season), Is.SameAs(best));
        Assert.That(() => test.Choose<Forecaster>([failing], season), Throws.TypeOf<InvalidDataException>().With.Message.Contains("above 0"));
    }

    [Test]
    public void Intervals_are_quantiles_of_the_errors_of_each_step()
    {
        // 9 origins, errors of the naive forecast one step ahead 1, 2, ..., 9 in some order, and always 0 before that
        double[] jumps = [5, 1, 9, 3, 7, 2, 8, 4, 6];
        double[] walk = [0, .. jumps.Select((_, at) => jumps[..(at + 1)].Sum())];
        var result = new Backtest(1, 1).Run(new Naive(), walk);
        var intervals = PredictionIntervals.Of(result);
        var (lower, upper) = intervals.Around([100], 0.8);
        Assert.That((intervals.Count, lower[0], upper[0]), Is.EqualTo((9, 101.0, 109.0)), "ranks 0.1 (9 + 1) and 0.9 (9 + 1)");
        (lower, upper) = intervals.Around([100], 0.5);
        Assert.That((lower[0], upper[0]), Is.EqualTo((102.5, 107.5)));
        Assert.That(intervals.Around([100], 0.95).Upper[0], Is.EqualTo(109), "no farther than what was seen");
    }

    [Test]
    public void Intervals_at_an_origin_know_only_errors_that_had_come()
    {
        var result = new Backtest(2, 2).Run(new Naive(), series);
        Assert.That(PredictionIntervals.Before(result, 6).Count, Is.EqualTo(3), "from origins with 2, 3 and 4 known values");
        Assert.That(() => PredictionIntervals.Before(result, 3), Throws.TypeOf<InvalidDataException>().With.Message.Contains("Begin the backtest earlier"));
    }

    [Test]
    public void Relative_intervals_grow_with_the_forecast()
    {
        double[] growing = [.. Enumerable.Range(0, 20).Select(t => Math.Pow(2, t))];
        var (lower, upper) = PredictionIntervals.Of(new Backtest(5, 1).Run(new Naive(), growing), relative: true).Around([10], 0.5);
        Assert.That((lower[0], upper[0]), Is.EqualTo((20.0, 20.0)), "it always doubles");
    }

    [Test]
    public void Intervals_cover_what_they_say()
    {
        var seasonal = SeasonalSeries.Draw(1_500, seed: 4);
        var result = new Backtest(300, 3).Run(new SeasonalNaive(12), seasonal.Values);
        var later = result.Forecasts.Where(forecast => forecast.Known >= 900).ToArray();
        foreach (var level in new[] { 0.8, 0.95 })
        {
            var coverage = later.Average(forecast =>
            {
                var (lower, upper) = PredictionIntervals.Before(result, 900).Around(forecast.Forecast, level);
                return ForecastErrors.Coverage(forecast.Actual, lower, upper);
            });
            // errors hang together over about 20 steps, so that 600 origins are worth about 100
            Assert.That(coverage, Is.EqualTo(level).Within(0.07), $"{level}");
        }
    }

    private sealed class Spy : Forecaster
    {
        public List<double[]> Histories { get; } = [];

        public List<int> Fits { get; } = [];

        public override string Name => "spy";

        public override void Fit(ReadOnlySpan<double> train) => Fits.Add(train.Length);

        protected override double[] Ahead(ReadOnlySpan<double> history, int horizon)
        {
            Histories.Add(history.ToArray());
            return new double[horizon];
        }
    }
}
