using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>What reaches a recurrent layer's last output from the past, against the chain rule by hand.</summary>
[Notes("15.1.1", "Motivation")]
public sealed class MemoryProbeTests
{
    [Test]
    public void A_simple_unit_hands_back_the_product_of_its_slopes()
    {
        float[] x = [0.3f, -0.8f, 0.5f, 0.1f, -0.4f];
        var rnn = new SimpleRnn(1, 1);
        rnn.Runs[0].Weight.Set([0.9f]);
        rnn.Runs[0].Recurrent.Set([-0.7f]);
        rnn.Runs[0].Bias.Set([0.2f]);
        using var device = Device.On(new HostRoute(1));
        var norms = MemoryProbe.Measure(device, rnn, x, batch: 1, distances: [1, 2, 3, 4, 5]);
        var (h, slopes) = (0.0, new List<double>());
        foreach (var value in x)
        {
            h = Math.Tanh(0.9 * value - 0.7 * h + 0.2);
            slopes.Add(0.7 * (1 - h * h));
        }
        // the random factor of the last output is the same at all distances
        for (var k = 2; k <= 5; k++)
            Assert.That(norms[k - 1] / norms[k - 2], Is.EqualTo(slopes[^k]).Within(1e-5), $"from {k - 1} steps back to {k}");
    }

    [Test]
    public void Old_information_degrades_in_a_simple_network_and_not_in_a_memory()
    {
        float[] x = [.. Enumerable.Range(0, 4 * 60).Select(i => MathF.Sin(1.7f * i))];
        using var device = Device.On(new HostRoute(1));
        double Fall(RecurrentLayer layer)
        {
            var norms = MemoryProbe.Measure(device, layer, x, batch: 4, distances: [1, 60]);
            return norms[1] / norms[0];
        }
        Assert.That(Fall(new SimpleRnn(1, 16)), Is.LessThan(0.1));
        Assert.That(Fall(new Lstm(1, 16, longestMemory: 60)), Is.GreaterThan(0.1));
    }

    [Test]
    public void Bad_distances_and_layers_are_refused()
    {
        using var device = Device.On(new HostRoute(1));
        Assert.That(() => MemoryProbe.Measure(device, new Lstm(1, 2), new float[5], 1, [6]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 to the 5 steps"));
        Assert.That(() => MemoryProbe.Measure(device, new Lstm(1, 2, bidirectional: true), new float[5], 1, [1]), Throws.ArgumentException.With.Message.Contains("one direction"));
    }
}
