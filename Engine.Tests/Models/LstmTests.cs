using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Long short-term memory: one step by hand, what each gate does at its ends, the carousel, and the order of the gates.</summary>
[Notes("15.2", "Long short-term memory")]
[Notes("15.2.1", "Introduction")]
public sealed class LstmTests
{
    [TestCase(false, 0.1468113527, 0.0819459938)]
    [TestCase(true, 0.1398886232, 0.0800401228)]
    public void One_step_is_the_one_worked_out_by_hand(bool peepholes, double cell, double hidden)
    {
        var lstm = Set(new Lstm(1, 1, peepholes: peepholes), 0.5f, -0.3f, [0.1f, 1, 0.2f, -0.1f], 0.4f);
        var (h, c) = Step(lstm, x: 1, h: 0.5f, c: -0.2f);
        Assert.That(c, Is.EqualTo(cell).Within(1e-7));
        Assert.That(h, Is.EqualTo(hidden).Within(1e-7));
    }

    [Test]
    public void Zero_peepholes_change_nothing()
    {
        float[] x = [.. Enumerable.Range(0, 2 * 6 * 3).Select(i => MathF.Sin(3 * i))];
        Lstm open = new(3, 4, peepholes: true), closed = new(3, 4);
        foreach (var (a, b) in open.Parameters.Zip(closed.Parameters))
        {
            float[] values = [.. Enumerable.Range(0, (int)a.Shape.Elements).Select(i => MathF.Cos(2 * i))];
            a.Set(values);
            b.Set(values);
        }
        Assert.That(LayerRun.Of(open, [2, 6, 3], x), Is.EqualTo(LayerRun.Of(closed, [2, 6, 3], x)));
    }

    [Test, Notes("15.3.1", "Peephole LSTM"), Notes("15.3", "Variants")]
    public void Peepholes_are_three_numbers_a_unit() =>
        Assert.That(new Lstm(3, 4, peepholes: true).ParameterCount - new Lstm(3, 4).ParameterCount, Is.EqualTo(3 * 4));

    [Test, Notes("15.2.1", "Cell state")]
    public void An_open_forget_gate_and_a_closed_input_gate_carry_the_cell_and_its_gradient_for_ever()
    {
        const int steps = 1000;
        var lstm = Set(new Lstm(1, 1), 0.5f, -0.3f, [-1000, 1000, 0.2f, -0.1f]);
        using var device = Device.On(new HostRoute(1));
        var results = device.Compile(graph =>
        {
            Tensor h = graph.Input("h", [1, 1]), c = graph.Input("c", [1, 1]);
            var last = lstm.Run(graph.Input("x", [1, steps, 1]), new RecurrentState([h, c])).Last.Tensors[1];
            return [last, graph.Gradients(last.Sum(), [c])[0]];
        }).Run(Feed.Of("h", new float[] { 0.7f }), Feed.Of("c", new float[] { -0.37f }), Feed.Of("x", new float[steps]));
        Assert.That(results[0].Scalar(), Is.EqualTo(-0.37f));
        Assert.That(results[1].Scalar(), Is.EqualTo(1f));
    }

    [Test, Notes("15.2.1", "Cell output and the output gate")]
    public void A_closed_output_gate_hides_the_cell_and_keeps_it()
    {
        var (h, c) = Step(Set(new Lstm(1, 1), 0.5f, -0.3f, [-1000, 1000, 0, -1000]), x: 1, h: 0.5f, c: 0.8f);
        Assert.That(h, Is.Zero);
        Assert.That(c, Is.EqualTo(0.8f));
    }

    [Test, Notes("15.2.1", "The input gate"), Notes("15.2.1", "The forget gate")]
    public void The_forget_gate_is_the_share_that_is_kept()
    {
        var candidate = Math.Tanh(0.5 - 0.3 * 0.5 + 0.2);
        var (_, taken) = Step(Set(new Lstm(1, 1), 0.5f, -0.3f, [1000, -1000, 0.2f, 0]), x: 1, h: 0.5f, c: 0.8f);
        Assert.That(taken, Is.EqualTo(candidate).Within(1e-6), "input gate open, forget gate closed: the cell is the candidate");
        var (_, kept) = Step(Set(new Lstm(1, 1), 0, 0, [-1000, MathF.Log(3), 0, 0]), x: 1, h: 0.5f, c: 0.8f);
        Assert.That(kept, Is.EqualTo(0.75 * 0.8).Within(1e-6), "a gate at 0.75 keeps three quarters");
    }

    [Test]
    public void Coupled_gates_forget_as_much_as_they_take_in()
    {
        var candidate = Math.Tanh(0.5 - 0.3 * 0.5 + 0.2);
        float Cell(float bias) => Step(Set(new Lstm(1, 1, coupled: true), 0.5f, -0.3f, [bias, 0.2f, 0]), x: 1, h: 0.5f, c: 0.8f).C;
        Assert.That(Cell(1000), Is.EqualTo(candidate).Within(1e-6));
        Assert.That(Cell(-1000), Is.EqualTo(0.8).Within(1e-6));
        Assert.That(new Lstm(5, 4, coupled: true).ParameterCount, Is.EqualTo(3 * 4 * (5 + 4 + 1)));
    }

    [Test, Notes("15.2.1", "Other inputs to the cell")]
    public void Gates_see_the_input_and_the_last_output_and_stand_in_the_order_i_f_g_o()
    {
        var lstm = new Lstm(5, 4);
        Assert.That(lstm.ParameterCount, Is.EqualTo(4 * 4 * (5 + 4 + 1)));
        float[] ifog = [1, 2, 3, 4, 5, 6, 7, 8];
        Assert.That(GateOrder.Convert(ifog, units: 2, from: "ifog", to: "ifgo"), Is.EqualTo(new float[] { 1, 2, 3, 4, 7, 8, 5, 6 }));
        Assert.That(GateOrder.Convert(GateOrder.Convert(ifog, 1, "ifog", "goif"), 1, "goif", "ifog"), Is.EqualTo(ifog));
        Assert.That(() => GateOrder.Convert(ifog, 2, "ifog", "ifgg"), Throws.ArgumentException.With.Message.Contains("same gates in both orders"));
        Assert.That(() => GateOrder.Convert(ifog, 3, "ifog", "ifgo"), Throws.ArgumentException.With.Message.Contains("4 gates times 3 units"));
    }

    [Test]
    public void The_forget_gates_bias_starts_at_one()
    {
        var lstm = new Lstm(2, 3);
        LayerRun.Of(lstm, [1, 1, 2], [0, 0]);
        Assert.That(lstm.Runs[0].Bias.ToArray(), Is.EqualTo(new float[] { 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0 }));
    }

    /// <summary>One unit with these weights in every gate.</summary>
    private static Lstm Set(Lstm lstm, float weight, float recurrent, float[] biases, float peephole = 0)
    {
        var run = lstm.Runs[0];
        run.Weight.Set([.. biases.Select(_ => weight)]);
        run.Recurrent.Set([.. biases.Select(_ => recurrent)]);
        run.Bias.Set(biases);
        run.Extra?.Set([peephole, peephole, peephole]);
        return lstm;
    }

    private static (float H, float C) Step(Lstm lstm, float x, float h, float c)
    {
        using var device = Device.On(new HostRoute(1));
        var results = device.Compile(graph => [.. lstm.Run(graph.Input("x", [1, 1, 1]), new RecurrentState([graph.Input("h", [1, 1]), graph.Input("c", [1, 1])])).Last.Tensors])
            .Run(Feed.Of("x", new[] { x }), Feed.Of("h", new[] { h }), Feed.Of("c", new[] { c }));
        return (results[0].Scalar(), results[1].Scalar());
    }
}
