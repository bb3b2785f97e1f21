using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Gated recurrent units: one step by hand in each form, and the ends of the update gate.</summary>
[Notes("15.3.2", "Gated recurrent units")]
public sealed class GruTests
{
    [TestCase(false, 0, 0.5187315644)]
    [TestCase(true, 0, 0.5293769407)]
    [TestCase(false, 0.05f, 0.5262699405)]
    public void One_step_is_the_one_worked_out_by_hand(bool updateTakes, float recurrentBias, double hidden) =>
        Assert.That(Step(Set(updateTakes, recurrentBias, [0.1f, -0.1f, 0.2f])), Is.EqualTo(hidden).Within(1e-7));

    [TestCase(false), TestCase(true)]
    public void The_update_gate_keeps_or_takes_all_at_its_ends(bool updateTakes)
    {
        var candidate = Math.Tanh(0.5 + 0.2 - 0.3 * 0.5 * 0.5621765009);
        Assert.That(Step(Set(updateTakes, 0, [1000, -0.1f, 0.2f])), Is.EqualTo(updateTakes ? candidate : 0.5).Within(1e-7), "open");
        Assert.That(Step(Set(updateTakes, 0, [-1000, -0.1f, 0.2f])), Is.EqualTo(updateTakes ? 0.5 : candidate).Within(1e-7), "closed");
    }

    [Test]
    public void It_has_three_gates_and_a_recurrent_bias() => Assert.That(new Gru(5, 4).ParameterCount, Is.EqualTo(3 * 4 * (5 + 4 + 1) + 4));

    private static Gru Set(bool updateTakes, float recurrentBias, float[] biases)
    {
        var gru = new Gru(1, 1, updateTakes: updateTakes);
        var run = gru.Runs[0];
        run.Weight.Set([0.5f, 0.5f, 0.5f]);
        run.Recurrent.Set([-0.3f, -0.3f, -0.3f]);
        run.Bias.Set(biases);
        run.Extra!.Set([recurrentBias]);
        return gru;
    }

    private static float Step(Gru gru)
    {
        using var device = Device.On(new HostRoute(1));
        return device.Compile(graph => [.. gru.Run(graph.Input("x", [1, 1, 1]), new RecurrentState([graph.Input("h", [1, 1])])).Last.Tensors])
            .Run(Feed.Of("x", new[] { 1f }), Feed.Of("h", new[] { 0.5f }))[0].Scalar();
    }
}
