using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Gated recurrent units: one step by hand in each form, and the ends of the update gate.</summary>
[Notes("15.3.2", "Gated recurrent units")]
public sealed class GruTests
{
    [TestCase(false, true, 0, 0.5187315644)]
    [TestCase(true, true, 0, 0.5293769407)]
    [TestCase(false, false, 0, 0.5187315644)]
    [TestCase(true, false, 0, 0.5293769407)]
    [TestCase(false, false, 0.05f, 0.5262699405)]
    public void One_step_is_the_one_worked_out_by_hand(bool updateTakes, bool resetBefore, float recurrentBias, double hidden) =>
        Assert.That(Step(Set(updateTakes, recurrentBias, [0.1f, -0.1f, 0.2f], resetBefore)), Is.EqualTo(hidden).Within(1e-7));

    [TestCase(false), TestCase(true)]
    public void A_reset_before_the_product_agrees_with_its_formula(bool updateTakes)
    {
        const int steps = 3, units = 2;
        var gru = new Gru(1, units, updateTakes: updateTakes, resetBefore: true);
        float[] Numbers(int count, int from) => [.. Enumerable.Range(from, count).Select(i => MathF.Sin(2.3f * i))];
        float[] w = Numbers(6, 1), u = Numbers(12, 10), b = Numbers(6, 30), x = Numbers(steps, 50);
        gru.Runs[0].Weight.Set(w);
        gru.Runs[0].Recurrent.Set(u);
        gru.Runs[0].Bias.Set(b);
        var h = new double[units];
        double Logistic(double v) => 1 / (1 + Math.Exp(-v));
        for (var t = 0; t < steps; t++)
        {
            double Product(double[] from, int column) => Enumerable.Range(0, units).Sum(k => from[k] * u[k * 6 + column]);
            double X(int column) => x[t] * w[column] + b[column];
            var z = Enumerable.Range(0, units).Select(k => Logistic(X(k) + Product(h, k))).ToArray();
            var reset = Enumerable.Range(0, units).Select(k => h[k] * Logistic(X(2 + k) + Product(h, 2 + k))).ToArray();
            h = [.. Enumerable.Range(0, units).Select(k => Math.Tanh(X(4 + k) + Product(reset, 4 + k))).Select((n, k) => updateTakes ? (1 - z[k]) * h[k] + z[k] * n : z[k] * h[k] + (1 - z[k]) * n)];
        }
        Assert.That(LayerRun.Of(gru, [1, steps, 1], x)[^units..], Is.EqualTo(h).Within(1e-6));
    }

    [TestCase(false), TestCase(true)]
    public void The_update_gate_keeps_or_takes_all_at_its_ends(bool updateTakes)
    {
        var candidate = Math.Tanh(0.5 + 0.2 - 0.3 * 0.5 * 0.5621765009);
        Assert.That(Step(Set(updateTakes, 0, [1000, -0.1f, 0.2f])), Is.EqualTo(updateTakes ? candidate : 0.5).Within(1e-7), "open");
        Assert.That(Step(Set(updateTakes, 0, [-1000, -0.1f, 0.2f])), Is.EqualTo(updateTakes ? 0.5 : candidate).Within(1e-7), "closed");
    }

    [Test]
    public void It_has_three_gates_and_a_recurrent_bias() => Assert.That(new Gru(5, 4).ParameterCount, Is.EqualTo(3 * 4 * (5 + 4 + 1) + 4));

    private static Gru Set(bool updateTakes, float recurrentBias, float[] biases, bool resetBefore = false)
    {
        var gru = new Gru(1, 1, updateTakes: updateTakes, resetBefore: resetBefore);
        var run = gru.Runs[0];
        run.Weight.Set([0.5f, 0.5f, 0.5f]);
        run.Recurrent.Set([-0.3f, -0.3f, -0.3f]);
        run.Bias.Set(biases);
        run.Extra?.Set([recurrentBias]);
        return gru;
    }

    private static float Step(Gru gru)
    {
        using var device = Device.On(new HostRoute(1));
        return device.Compile(graph => [.. gru.Run(graph.Input("x", [1, 1, 1]), new RecurrentState([graph.Input("h", [1, 1])])).Last.Tensors])
            .Run(Feed.Of("x", new[] { 1f }), Feed.Of("h", new[] { 0.5f }))[0].Scalar();
    }
}
