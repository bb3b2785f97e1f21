using System.Globalization;
using GpuNN.Cli;

namespace GpuNN.Tests;

/// <summary>The recipe for any series, from a file to forecasts.</summary>
[Notes("15.4.1", "Introduction")]
public sealed class ForecastRecipeTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("gpunn-forecast-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    private string Out => Path.Combine(folder, "out");

    private CommandRun Train(params string[] more) => CommandRun.Of(
        ["train", "forecast", "--device", "cpu", "--data", folder, "--out", Out, "--epochs", "3", .. more]);

    private void WriteSeries(int count, string? gap = null)
    {
        var series = SeasonalSeries.Draw(count, seed: 3);
        File.WriteAllLines(Path.Combine(folder, "shop.csv"),
        [
            "month,visitors,sales",
            .. Enumerable.Range(0, count).Select(t => string.Create(CultureInfo.InvariantCulture, $"{series.Labels[t]},{t * 7 % 5},{(t == 20 && gap is not null ? gap : series.Values[t])}")),
        ]);
    }

    [Test]
    public void A_file_is_forecast_and_everything_is_written()
    {
        WriteSeries(150);
        var run = Train("--set", "column=sales", "--set", "horizon=3", "--set", "lags=12");
        Assert.That(run.Code, Is.EqualTo(ExitCode.Reached).Or.EqualTo(ExitCode.Missed), run.Error);
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllLines(Path.Combine(Out, "next.csv")), Has.Length.EqualTo(4));
            var backtest = File.ReadAllLines(Path.Combine(Out, "backtest.csv"));
            Assert.That(backtest, Has.Length.EqualTo(1 + 3 * 73), "origins 75 to 147");
            Assert.That(backtest[1], Does.StartWith("75,1,"));
            Assert.That(File.ReadAllLines(Path.Combine(Out, "summary.csv")).Select(line => line.Split(',')[0]),
                Is.EqualTo(new[] { "forecaster", "5 networks", "linear autoregression", "seasonal naive", "naive", "drift" }));
            foreach (var file in new[] { "forecast.png", "errors.png", "loss.svg", "run.json" })
                Assert.That(File.Exists(Path.Combine(Out, file)), file);
        });
    }

    [Test]
    public void What_is_not_clear_is_asked_for()
    {
        WriteSeries(150);
        Assert.Multiple(() =>
        {
            Assert.That(Train().Error, Does.Contain("has 2 of numbers").And.Contain("visitors"));
            Assert.That(Train("--set", "column=profit").Error, Does.Contain("no column 'profit'"));
            Assert.That(Train("--set", "column=sales", "--set", "horizon=0").Error, Does.Contain("horizon must be a whole number of 1 or more"));
            Assert.That(Train("--set", "column=sales", "--set", "strategy=hope").Error, Does.Contain("multi-output, direct or recursive"));
            Assert.That(Train("--set", "column=sales", "--set", "network=crystal").Error, Does.Contain("mlp, lstm or gru"));
            Assert.That(Train("--set", "column=sales", "--set", "lags=40").Error, Does.Contain("Use fewer lags"));
        });
        WriteSeries(150, gap: "NA");
        Assert.That(Train("--set", "column=sales").Error, Does.Contain("1 gaps, the first in row 20 (1981-09)"));
    }
}
