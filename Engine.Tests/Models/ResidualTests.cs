namespace GpuNN.Tests;

/// <summary>Residual blocks in their three forms, against the formula, and what the shortcut does to gradients.</summary>
[Notes("2.1.9", "Residual blocks")]
public sealed class ResidualTests
{
    private static readonly Shape shape = [5, 4];
    private static readonly float[] x = Numbers.Uniform(20, seed: 3);

    [Test]
    public void With_nothing_inside_the_clear_form_is_the_identity()
    {
        var (y, dx) = LayerRun.WithGradient(new Residual(new Sequential(new Relu(), new Dense(4, 4, init: Inits.Zeros))), shape, x);
        Assert.Multiple(() =>
        {
            Assert.That(y, Is.EqualTo(x));
            Assert.That(dx, Is.All.EqualTo(1f), "dx = dy (I + dF), and dF is 0");
        });
    }

    [Test]
    public void The_activation_may_stand_behind_the_sum()
    {
        var inner = Filled(new Dense(4, 4), 5);
        var (y, dx) = LayerRun.WithGradient(new Residual(inner, activation: new Relu()), shape, x);
        var (f, _) = LayerRun.WithGradient(inner, shape, x);
        var w = inner.Weight.ToArray();
        Assert.That(y, Is.EqualTo(f.Zip(x, (a, b) => Math.Max(0, a + b))).Within(1e-6));
        // dx = dy' (I + W^T) with dy' = 1 where the sum is above 0
        for (var row = 0; row < 5; row++)
            for (var i = 0; i < 4; i++)
            {
                var expected = Enumerable.Range(0, 4).Where(unit => y[row * 4 + unit] > 0).Sum(unit => w[i * 4 + unit] + (unit == i ? 1 : 0));
                Assert.That(dx[row * 4 + i], Is.EqualTo(expected).Within(1e-5));
            }
    }

    [Test]
    public void An_earlier_activation_may_be_added_before_the_next_one()
    {
        // y = relu(W a + a_k) with a = tanh(V a_k): the form of the notes
        var (first, last) = (Filled(new Dense(4, 6), 7), Filled(new Dense(6, 4), 8));
        var y = LayerRun.Of(new Residual(new Sequential(first, new Tanh(), last), activation: new Relu()), shape, x);
        var a = LayerRun.Of(last, [5, 6], [.. LayerRun.Of(first, shape, x).Select(MathF.Tanh)]);
        Assert.That(y, Is.EqualTo(a.Zip(x, (value, early) => Math.Max(0, value + early))).Within(1e-5));
    }

    [Test]
    public void A_projection_takes_the_shortcut_to_another_width()
    {
        var (inner, shortcut) = (Filled(new Dense(4, 3), 5), Filled(new Dense(4, 3, bias: false), 6));
        var y = LayerRun.Of(new Residual(inner, shortcut), shape, x);
        Assert.That(y, Is.EqualTo(LayerRun.Of(inner, shape, x).Zip(LayerRun.Of(shortcut, shape, x), (a, b) => a + b)).Within(1e-6));
    }

    [Test]
    public void Without_a_projection_another_width_is_refused() => Assert.That(
        () => new Residual(new Dense(4, 3)), Throws.TypeOf<ShapeException>().With.Message.Contains("3 and 4").And.Message.Contains("bias: false"));

    [Test]
    public void Gradients_come_through_fifty_layers_with_shortcuts_and_not_without()
    {
        double Share(bool shortcuts)
        {
            var (_, dx) = LayerRun.WithGradient(new ResidualMlp(4, 16, 24, 4, shortcuts, Inits.GlorotUniform), shape, x);
            return Math.Sqrt(dx.Sum(value => (double)value * value));
        }
        Assert.That(Share(shortcuts: true) / Share(shortcuts: false), Is.GreaterThan(1e3), "rectifiers halve what comes back at each of 48 layers");
    }

    private static Dense Filled(Dense layer, int seed)
    {
        layer.Weight.Set(Numbers.Uniform((int)layer.Weight.Shape.Elements, seed: seed));
        layer.Bias?.Set(Numbers.Uniform(layer.Outputs, seed: seed + 100));
        return layer;
    }
}
