using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>What recurrent networks learned first: tasks whose answers only a memory of the right kind can give.</summary>
public sealed class SequenceLearningTests
{
    [Test, Notes("15.1", "Simple recurrent neural networks")]
    public void A_simple_network_learns_exclusive_or_in_time([Values(1, 2, 3)] int seed)
    {
        var bits = TemporalXor.Draw(seed: (ulong)seed);
        var accuracy = Learn(new SimpleRnn(1, 8), 8, 1, bits, TemporalXor.Ignored, 0.01f, epochs: 60, seed);
        Assert.That(accuracy, Is.EqualTo(1), "share of the test sequences with every bit right that can be known");
    }

    [Test, Notes("15.2.1", "Introduction")]
    public void A_long_short_term_memory_learns_the_embedded_reber_grammar([Values(1, 2)] int seed)
    {
        var strings = ReberGrammar.Draw(seed: (ulong)seed);
        var accuracy = Learn(new MaskedSequence(new Lstm(7, 16)), 16, 7, strings, ReberGrammar.Ignored, 0.01f, epochs: 400, seed);
        Assert.That(accuracy, Is.AtLeast(0.99), "share of the test strings whose legal next symbols are all right");
    }

    [Test, Notes("15.3.1", "Peephole LSTM")]
    public void Peepholes_measure_time([Values(1, 2, 3)] int seed)
    {
        var spikes = TimedSpikes.Draw(seed: (ulong)seed, shortest: 4, longest: 10, steps: 40);
        var accuracy = Learn(new Lstm(1, 8, peepholes: true), 8, 1, spikes, TimedSpikes.Ignored, 0.02f, epochs: 60, seed);
        Assert.That(accuracy, Is.AtLeast(0.99), "share of the test sequences with every spike foretold");
    }

    private static double Learn(Layer memory, int units, int outputs, DataPair data, float ignored, float rate, int epochs, int seed)
    {
        using var device = Device.On(new HostRoute());
        var model = new Sequential(memory, new Dense(units, outputs));
        var trainer = new Trainer(device, model, new BinaryCrossEntropyLoss { Ignored = ignored }, new Adam(rate) { ClipNorm = 1 })
        {
            Seed = (ulong)seed,
            Schedule = new CosineSchedule(epochs),
            Metrics = [new BinarySequenceAccuracy { Ignored = ignored }],
        };
        trainer.Fit(data.Train, batch: 20, epochs: epochs);
        return trainer.Evaluate(data.Test).Metrics[0].Value;
    }
}
