namespace GpuNN.Tests;

/// <summary>The noisy rectifier: its mean over many draws, its gradient, and its use without noise.</summary>
[Notes("4.1.3", "Noisy ReLU")]
public sealed class NoisyReluTests
{
    [TestCase(-1f, 0.00532488), TestCase(0f, 0.28209479), TestCase(1f, 1.05104106)]
    public void The_mean_over_a_million_draws_is_the_closed_form(float z, double mean)
    {
        const int Draws = 1_000_000;
        var function = Devices.Host().Compile(graph =>
        {
            var y = new NoisyRelu().Apply(graph.Input("z", [1]).BroadcastTo([Draws]));
            return [y.Mean(), y.Square().Mean()];
        });
        var results = function.Run(new[] { z });
        var (first, second) = (results[0].Scalar(), results[1].Scalar());
        Assert.That(first, Is.EqualTo(mean).Within(5 * Math.Sqrt((second - first * first) / Draws) + 1e-7));
        Assert.That(LayerRun.Of(new NoisyRelu(), [1], [z])[0], Is.EqualTo(mean).Within(1e-7));
    }

    [Test]
    public void The_gradient_is_1_where_the_noisy_unit_is_on_and_sees_no_variance()
    {
        const int Count = 1000;
        float[] z = [.. Enumerable.Range(0, Count).Select(i => MathF.Sin(i))];
        var (y, dz) = LayerRun.WithGradient(new NoisyRelu(), [Count], z);
        Assert.That(dz, Is.EqualTo(y.Select(v => v > 0 ? 1f : 0)));
        Assert.That(y.Count(v => v == 0), Is.InRange(Count / 4, 3 * Count / 4), "both happen");
    }

    [Test]
    public void Each_step_draws_its_own_noise_and_use_draws_none()
    {
        Function Make(bool training) => Devices.Host().Compile(graph => new NoisyRelu().Apply(graph.Input("z", [4])), training: training);
        float[] z = [0.5f, 1, 2, 3];
        var (noisy, plain) = (Make(training: true), Make(training: false));
        var first = noisy.Run(z)[0].ToArray();
        Assert.That(noisy.Run(z)[0].ToArray(), Is.Not.EqualTo(first));
        noisy.Step = 0;
        Assert.That(noisy.Run(z)[0].ToArray(), Is.EqualTo(first));
        Assert.That(plain.Run(z)[0].ToArray(), Is.EqualTo(plain.Run(z)[0].ToArray()));
        Assert.That(LayerRun.Of(new NoisyRelu(averaged: false), [3], [-1, 0, 2]), Is.EqualTo(new float[] { 0, 0, 2 }));
    }

    [Test]
    public void Far_from_0_there_is_no_noise_and_no_NaN()
    {
        const float Infinity = float.PositiveInfinity;
        float[] z = [-1e4f, -Infinity, Infinity, float.NaN];
        Assert.That(LayerRun.Of(new NoisyRelu(), [4], z, training: true), Is.EqualTo(new[] { 0, 0, Infinity, float.NaN }));
        Assert.That(LayerRun.Of(new NoisyRelu(), [4], z), Is.EqualTo(new[] { 0, 0, Infinity, float.NaN }));
        Assert.That(LayerRun.WithGradient(new NoisyRelu(), [3], [-1e4f, -60, 1e4f], training: false).Dx, Is.EqualTo(new float[] { 0, 0, 1 }));
    }
}
