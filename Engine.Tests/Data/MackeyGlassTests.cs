namespace GpuNN.Tests;

/// <summary>The chaotic series of the forecasting task, its golden numbers, and what simple forecasts reach on it.</summary>
[Notes("15.4.1", "Introduction")]
public sealed class MackeyGlassTests
{
    [TestCase(DelayRule.Frozen, 0.219220, 0.243322, 1.181567, 0.944813, 1.141284, 0.986669, 1.024632)]
    [TestCase(DelayRule.Averaged, 0.227689, 0.252544, 1.187186, 0.941168, 1.149122, 0.947410, 1.178649)]
    public void Golden_numbers(DelayRule rule, params double[] golden)
    {
        var series = MackeyGlass.Series(1_118, rule);
        int[] times = [17, 18, 50, 100, 118, 500, 1117];
        Assert.Multiple(() =>
        {
            for (var at = 0; at < times.Length; at++)
                Assert.That(series[times[at]], Is.EqualTo(golden[at]).Within(1e-6), $"x({times[at]})");
            for (var t = 0; t <= 16; t++)
                Assert.That(series[t], Is.EqualTo(1.2 * Math.Exp(-0.1 * t)).Within(1e-6), "nothing comes back yet: it decays");
        });
    }

    [Test]
    public void Its_samples_are_four_values_and_one_ahead()
    {
        var series = MackeyGlass.Series(1_200);
        var (train, test) = MackeyGlass.Draw();
        Assert.That((train.Count, test.Count), Is.EqualTo((500, 500)));
        Assert.That(train.Item(0).ToArray(), Is.EqualTo(new[] { (float)series[100], (float)series[106], (float)series[112], (float)series[118] }));
        Assert.That(train.Target(499)[0], Is.EqualTo((float)series[623]));
        Assert.That(test.Target(0)[0], Is.EqualTo((float)series[624]));
        Assert.That(MackeyGlass.Draw(ahead: 84).Test.Target(499)[0], Is.EqualTo((float)MackeyGlass.Series(1_202)[1_201]));
        Assert.That(MackeyGlass.Draw(windows: new Windows(19) { AsSequence = true }).Train.ItemShape, Is.EqualTo(Shape.Of(19, 1)));
    }

    // published with the golden numbers, as a control of both the series and the split
    [TestCase(DelayRule.Frozen, 0.417, 0.83)]
    [TestCase(DelayRule.Averaged, 0.433, 0.81)]
    public void A_linear_forecast_and_persistence_reach_what_is_known_of_them(DelayRule rule, double linearError, double persistence)
    {
        var (train, test) = MackeyGlass.Draw(rule: rule);
        var linear = new LinearRegression();
        linear.Fit(train);
        double[] truth = Doubles(test.Targets.ToArray());
        Assert.That(ForecastErrors.Nrmse(truth, Doubles(linear.Predict(test))), Is.EqualTo(linearError).Within(0.001));
        Assert.That(ForecastErrors.Nrmse(truth, [.. Enumerable.Range(0, test.Count).Select(row => (double)test.Item(row)[3])]), Is.EqualTo(persistence).Within(0.005));
    }

    private static double[] Doubles(float[] numbers) => [.. numbers.Select(number => (double)number)];
}
