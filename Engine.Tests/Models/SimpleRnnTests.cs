using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Simple recurrent networks after Elman and after Jordan, against their formulas, and what they can learn.</summary>
[Notes("15.1.1", "Introduction")]
public sealed class SimpleRnnTests
{
    [Test]
    public void Units_that_remember_themselves_follow_the_formula()
    {
        var rnn = new SimpleRnn(1, 1);
        Set(rnn.Runs[0].Weight, 0.5f);
        Set(rnn.Runs[0].Recurrent, -0.7f);
        Set(rnn.Runs[0].Bias, 0.1f);
        double[] x = [1, -2, 0.5];
        var h = 0.0;
        double[] wanted = [.. x.Select(value => h = Math.Tanh(0.5 * value - 0.7 * h + 0.1))];
        Assert.That(LayerRun.Of(rnn, [1, 3, 1], [1, -2, 0.5f]), Is.EqualTo(wanted).Within(1e-6));
    }

    [Test]
    public void A_network_that_remembers_its_output_follows_the_formula()
    {
        var jordan = new JordanNetwork(1, 1, 1);
        foreach (var (parameter, value) in jordan.Parameters.Zip([-0.7f, 0.5f, 0.1f, 1.3f, -0.2f]))
            Set(parameter, value);
        double[] x = [1, -2, 0.5];
        var y = 0.0;
        double[] wanted = [.. x.Select(value => y = 1.3 * Math.Tanh(0.5 * value - 0.7 * y + 0.1) - 0.2)];
        Assert.That(jordan.Parameters.Select(parameter => parameter.Path), Is.EqualTo(new[] { "recurrent", "input.weight", "input.bias", "output.weight", "output.bias" }));
        Assert.That(LayerRun.Of(jordan, [1, 3, 1], [1, -2, 0.5f]), Is.EqualTo(wanted).Within(1e-6));
    }

    [Test]
    public void Rectified_units_start_as_a_memory()
    {
        var rnn = new SimpleRnn(2, 3, rectified: true);
        LayerRun.Of(rnn, [1, 1, 2], [0, 0]);
        Assert.That(rnn.Runs[0].Recurrent.ToArray(), Is.EqualTo(new float[] { 1, 0, 0, 0, 1, 0, 0, 0, 1 }));
    }

    // Elman's temporal exclusive or: of every three bits the third is the exclusive or of the two before it; only that one can be known.
    [Test]
    public void It_learns_the_temporal_exclusive_or()
    {
        const int count = 300, steps = 12;
        var random = new Random(5);
        var (bits, labels) = (new float[count * steps], new int[count * steps]);
        for (var row = 0; row < count; row++)
            for (var step = 0; step < steps; step++)
                bits[row * steps + step] = step % 3 < 2 ? random.Next(2) : (int)bits[row * steps + step - 1] ^ (int)bits[row * steps + step - 2];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = i % steps % 3 == 1 ? (int)bits[i + 1] : -1;
        var set = DataSet.Of(bits, [steps, 1]).Labelled(labels, 2, [steps], ignored: -1);
        using var device = Device.On(new HostRoute(2));
        var trainer = new Trainer(device, new Sequential(new SimpleRnn(1, 8), new Dense(8, 2)), new SoftmaxCrossEntropyLoss { Ignored = -1 }, new Adam(0.02f)) { Seed = 3 };
        Assert.That(trainer.Fit(set.Take(200), set.Subset([.. Enumerable.Range(200, 100)]), epochs: 40, batch: 20).Last.Judged.Accuracy, Is.EqualTo(1));
    }

    private static void Set(Parameter parameter, float value) => parameter.Set([value]);
}
