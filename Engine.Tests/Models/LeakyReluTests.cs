namespace GpuNN.Tests;

/// <summary>Rectifiers that leak: by a fixed slope, a drawn one and a learned one.</summary>
public sealed class LeakyReluTests
{
    private static readonly float[] x = [-3, -0.5f, 0, 0.25f, 2, -1];

    [TestCase(0.01f), TestCase(0f), TestCase(1f), TestCase(2.5f), TestCase(-0.5f)]
    [Notes("4.1.4", "Leaky ReLU")]
    public void Below_0_it_has_the_slope_that_is_asked_for(float alpha)
    {
        var (y, dx) = LayerRun.WithGradient(new LeakyRelu(alpha), [6], x);
        Assert.That(y, Is.EqualTo(x.Select(v => v > 0 ? v : alpha * v)));
        Assert.That(dx, Is.EqualTo(x.Select(v => v > 0 ? 1 : alpha)));
        Assert.That(LayerRun.Of(new LeakyRelu(alpha), [3], [float.NaN, float.PositiveInfinity, -0f]), Is.EqualTo(new[] { float.NaN, float.PositiveInfinity, 0 }));
    }

    [Test, Notes("4.1.4", "Leaky ReLU")]
    public void A_randomised_slope_is_drawn_in_training_and_its_mean_is_used()
    {
        const int Count = 40_000;
        const double Lower = 1 / 8.0, Upper = 1 / 3.0;
        float[] below = [.. Enumerable.Repeat(-1f, Count)];
        var (y, dx) = LayerRun.WithGradient(new RRelu(), [Count], below);
        Assert.Multiple(() =>
        {
            Assert.That(y, Is.All.InRange(-1 / 3f, -1 / 8f));
            Assert.That(-y.Average(v => (double)v), Is.EqualTo((Lower + Upper) / 2).Within(5 * (Upper - Lower) / Math.Sqrt(12.0 * Count)));
            Assert.That(dx, Is.EqualTo(y.Select(v => -v)), "the same slopes go through the gradient");
            Assert.That(LayerRun.Of(new RRelu(), [6], x), Is.EqualTo(x.Select(v => v > 0 ? v : v * (Lower + Upper) / 2)).Within(1e-6));
            Assert.That(LayerRun.Of(new RRelu(0.2f, 0.2f), [6], x, training: true), Is.EqualTo(x.Select(v => v > 0 ? v : 0.2f * v)));
        });
    }

    [Test]
    public void Each_step_draws_slopes_of_its_own()
    {
        var function = Devices.Host().Compile(graph => new RRelu().Apply(graph.Input("x", [graph.Batch])));
        float[] first = function.Run(x)[0].ToArray(), second = function.Run(x)[0].ToArray();
        Assert.That(first, Is.Not.EqualTo(second));
        Assert.That(first[3..5], Is.EqualTo(second[3..5]), "above 0 nothing is drawn");
        function.Step = 0;
        Assert.That(function.Run(x)[0].ToArray(), Is.EqualTo(first));
    }

    [Test, Notes("4.1.5", "Parametric ReLU")]
    public void A_learned_slope_of_1_is_the_identity_of_0_ReLU_and_else_the_leaky_one()
    {
        Assert.That(LayerRun.Of(new PRelu(start: 1), [6], x), Is.EqualTo(x));
        Assert.That(LayerRun.Of(new PRelu(start: 0), [6], x), Is.EqualTo(LayerRun.Of(new Relu(), [6], x)));
        Assert.That(LayerRun.Of(new PRelu(), [6], x), Is.EqualTo(LayerRun.Of(new LeakyRelu(0.25f), [6], x)));
    }

    [Test, Notes("4.1.5", "Parametric ReLU")]
    public void The_gradient_of_a_slope_sums_what_lies_below_0()
    {
        var (shared, units, channels) = (new PRelu(), new PRelu(3), new PRelu(3));
        float[] values = [.. Enumerable.Range(0, 24).Select(i => MathF.Sin(5 * i))];
        var results = Devices.Host().Compile(graph =>
        {
            Tensor flat = graph.Input("flat", [8, 3]), images = graph.Input("images", [2, 3, 2, 2]);
            var y = shared.Apply(flat).Sum() + units.Apply(flat).Sum() + channels.Apply(images).Sum();
            return graph.Gradients(y, [shared.Slope, units.Slope, channels.Slope]);
        }, Checks.PoisonedArena).Run(values, values);
        double Below(Func<int, bool> which) => values.Where((v, i) => v < 0 && which(i)).Sum(v => (double)v);
        Assert.Multiple(() =>
        {
            Assert.That(results[0].ToArray(), Is.EqualTo(new[] { Below(_ => true) }).Within(1e-5));
            Assert.That(results[1].ToArray(), Is.EqualTo(new[] { Below(i => i % 3 == 0), Below(i => i % 3 == 1), Below(i => i % 3 == 2) }).Within(1e-5));
            Assert.That(results[2].ToArray(), Is.EqualTo(new[] { Below(i => i / 4 % 3 == 0), Below(i => i / 4 % 3 == 1), Below(i => i / 4 % 3 == 2) }).Within(1e-5));
        });
    }

    [Test, Notes("4.1.5", "Parametric ReLU")]
    public void A_slope_is_learned_from_examples()
    {
        using var device = Device.On(new Kernels.HostRoute(1));
        var layer = new PRelu();
        float[] inputs = [.. Enumerable.Range(0, 64).Select(i => MathF.Sin(3 * i))];
        var data = DataSet.WithTargets(inputs, [1], [.. inputs.Select(v => v > 0 ? v : 0.3f * v)], [1]);
        new Trainer(device, layer, Loss.MeanSquared, new Sgd(0.2f)) { Seed = 1 }.Fit(data, epochs: 40, batch: 16);
        Assert.That(layer.Slope.ToArray()[0], Is.EqualTo(0.3).Within(0.005));
    }

    [Test, Notes("4.1.5", "Parametric ReLU")]
    public void Weight_decay_leaves_slopes_alone()
    {
        using var device = Device.On(new Kernels.HostRoute(1));
        var (layer, dense) = (new PRelu(4), new Dense(4, 4, bias: false, init: Inits.Ones));
        var model = new Sequential(dense, layer);
        var step = device.Compile(graph => graph.Minimise((model.Apply(graph.Input("x", [1, 4])) * 0f).Sum(), model.Parameters, new AdamW(0.1f) { WeightDecay = 0.5f }));
        step.Run(new float[] { -1, -2, 3, 4 });
        Assert.That(layer.Slope.ToArray(), Is.All.EqualTo(0.25f));
        Assert.That(dense.Weight.ToArray(), Is.All.EqualTo(0.95f), "but not weights");
    }

    [Test]
    public void Slopes_that_make_no_sense_are_refused()
    {
        Assert.That(() => new LeakyRelu(float.NaN), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("finite"));
        Assert.That(() => new RRelu(0.5f, 0.25f), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0.5 and 0.25"));
        Assert.That(() => new PRelu(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one slope"));
        Assert.That(() => new Sequential(new Dense(4, 5), new PRelu(4)).OutputShape([4]),
            Throws.TypeOf<ShapeException>().With.Message.Contains("PRelu: needs (batch, 4, ...), but got (2, 5)").And.Message.Contains("In 1 > PRelu(4)"));
    }
}
