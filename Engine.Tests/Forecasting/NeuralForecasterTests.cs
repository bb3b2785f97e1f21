using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Networks as forecasters.</summary>
[Notes("15.4.1", "Introduction")]
public sealed class NeuralForecasterTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private static readonly double[] wave = [.. Enumerable.Range(0, 120).Select(t => 20 + 5 * Math.Sin(Math.PI * t / 6))];

    private NeuralForecaster Network(ulong seed = 3, int members = 1, HorizonStrategy strategy = HorizonStrategy.MultiOutput, int epochs = 60) => new(
        new Windows(6, 4),
        (own, outputs) => new Trainer(device, new Sequential(new Dense(6, 12), new Tanh(), new Dense(12, outputs)), Loss.MeanSquared, new Adam(1e-2f)) { Seed = own })
    {
        Seed = seed,
        Members = members,
        Strategy = strategy,
        Epochs = epochs,
        Batch = 16,
    };

    [Test]
    public void A_wave_is_learned([Values] HorizonStrategy strategy)
    {
        var network = Network(strategy: strategy);
        network.Fit(wave.AsSpan(0, 100));
        Assert.That(network.Histories, Has.Count.EqualTo(strategy == HorizonStrategy.Direct ? 4 : 1));
        Assert.That(network.Forecast(wave.AsSpan(0, 105), 4), Is.EqualTo(wave[105..109]).Within(0.8), "an amplitude of 5");
    }

    [Test, Notes("15.4", "Forecasting with recurrent neural networks")]
    public void A_recurrent_network_reads_the_lags_as_a_sequence([Values] bool gated)
    {
        var network = new NeuralForecaster(
            new Windows(6, 4) { AsSequence = true },
            (own, outputs) => new Trainer(
                device, new Sequential(gated ? new Gru(1, 8) { ReturnsSteps = false } : new Lstm(1, 8) { ReturnsSteps = false }, new Dense(8, outputs)),
                Loss.MeanSquared, new Adam(2e-2f))
            { Seed = own })
        { Seed = 3, Epochs = 60, Batch = 16 };
        network.Fit(wave.AsSpan(0, 100));
        Assert.That(network.Forecast(wave.AsSpan(0, 105), 4), Is.EqualTo(wave[105..109]).Within(0.8), "an amplitude of 5");
    }

    [Test]
    public void Several_networks_differ_and_their_mean_is_the_forecast()
    {
        var together = Network(members: 2, epochs: 2);
        together.Fit(wave);
        Assert.That(together.Histories.Select(history => history.Last.Training.Loss), Is.Unique);
        Assert.That((together.Name, together.Samples), Is.EqualTo(("2 networks", 2L * 2 * 111)), "120 - 6 - 4 + 1 windows");
    }

    [Test]
    public void The_newest_windows_are_held_back_and_none_reaches_into_them()
    {
        var network = new NeuralForecaster(
            new Windows(6, 4), (own, outputs) => new Trainer(device, new Dense(6, outputs), Loss.MeanSquared, new Adam(1e-2f)) { Seed = own })
        { HeldBack = 0.2, Epochs = 2 };
        network.Fit(wave);
        Assert.That((network.Histories[0][0].Training.Samples, network.Histories[0][0].Validation!.Samples), Is.EqualTo((85, 23)), "111 windows: 23, 3 between, the rest");
        Assert.That(() => network.Fit(wave.AsSpan(0, 12)), Throws.TypeOf<InvalidDataException>().With.Message.Contains("of 3 it holds 1 back"));
    }

    [Test]
    public void The_seed_decides_everything()
    {
        double[] Run(ulong seed)
        {
            var network = Network(seed, epochs: 2);
            network.Fit(wave);
            return network.Forecast(wave, 4);
        }
        Assert.That(Run(5), Is.EqualTo(Run(5)));
        Assert.That(Run(5), Is.Not.EqualTo(Run(6)));
    }

    // the test part could be anything: the networks, and the scale in front of them, are the same
    [Test]
    public void The_scale_never_sees_the_test_part()
    {
        double[] other = [.. wave[..100], .. wave[100..].Select(value => 1e5 * value)];
        var test = new Backtest(100, 4) { RefitEvery = 0 };
        var (first, second) = (test.Run(Network(epochs: 2), wave), test.Run(Network(epochs: 2), other));
        Assert.That(first.Forecasts[0].Forecast, Is.EqualTo(second.Forecasts[0].Forecast));
    }
}
