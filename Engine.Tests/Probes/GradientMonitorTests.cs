using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Norms of gradients by layer: exact on chains of single units, and the verdict on deep networks.</summary>
[Notes("4.2", "Gradient problems"), Notes("4.2.2", "Unstable gradient problem"), Notes("4.2.2", "Vanishing gradient problem")]
public sealed class GradientMonitorTests
{
    private const int Depth = 10;

    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(2));

    [TearDown]
    public void Close() => device.Dispose();

    private static Sequential Deep<F>(Init init, int width = 64) where F : struct, IPointwise => new(
    [
        new Flatten(), new Dense(784, width, init: init), new Map<F>(),
        .. Enumerable.Range(1, Depth - 1).SelectMany(_ => new Layer[] { new Dense(width, width, init: init), new Map<F>() }),
        new Dense(width, 10, init: init),
    ]);

    // A unit's slope is at most 1/4, so ten of them pass on at most 4^-10 = 9.54e-7 of what the weights would; at z = 0 exactly that.
    [Test]
    public void A_chain_of_ten_sigmoids_passes_on_a_millionth_at_most([Values] bool atTheMiddle)
    {
        float[] weights = [0.5f, -2, 4, 1.5f, -3, 8, 0.25f, -1, 2.5f, 6];
        var units = weights.Select(w => new Dense(1, 1, init: Inits.Constant(w))).ToArray();
        var chain = new Sequential([.. units.SelectMany(unit => new Layer[] { unit, new Sigmoid() })]);
        if (atTheMiddle)
            foreach (var (unit, i) in units.Select((unit, i) => (unit, i)))
                unit.Bias!.Set([-weights[i] * (i == 0 ? 1 : 0.5f)]);
        var slope = device.Compile(graph =>
        {
            var x = graph.Input("x", [1, 1]);
            return graph.Gradients(chain.Apply(x).Sum(), [x])[0];
        });
        var passed = Math.Abs((double)slope.Run(new[] { 1f })[0].Scalar());
        var bound = Math.Pow(0.25, Depth) * weights.Aggregate(1.0, (product, w) => product * Math.Abs(w));
        Assert.That(Math.Pow(0.25, Depth), Is.LessThanOrEqualTo(9.54e-7));
        Assert.That(passed, atTheMiddle ? Is.EqualTo(bound).Within(1e-5 * bound) : Is.GreaterThan(0).And.LessThan(bound));
    }

    // y = w2 w1 x with L = y^2: dL/dw1 = 2 y w2 x, dL/dw2 = 2 y w1 x, dL/dh = 2 y w2, dL/dy = 2 y.
    [Test]
    public void Norms_are_those_of_the_formula()
    {
        var model = new Sequential(new Dense(1, 1, bias: false, init: Inits.Constant(3)), new Dense(1, 1, bias: false, init: Inits.Constant(0.5f)));
        var report = new GradientProbe(device, model, Loss.MeanSquared).Measure(DataSet.WithTargets([2], [1], [0], [1]), step: 7);
        Assert.That(report.Step, Is.EqualTo(7));
        Assert.That(report.Layers, Is.EqualTo(new[]
        {
            new LayerGradient("0 Dense(1 -> 1, no bias)", 2 * 3 * 0.5 * 2, 6, 2 * 3 * 0.5),
            new LayerGradient("1 Dense(1 -> 1, no bias)", 2 * 3 * 6, 3, 2 * 3),
        }));
        Assert.That(report.Ratio, Is.EqualTo(3.0 / 6));
    }

    [Test]
    public void Deep_sigmoids_vanish_and_rectifiers_do_not_unless_their_weights_are_large()
    {
        var set = DrawnDigits.Draw(train: 128, test: 0).Train;
        GradientReport Report(Layer model) => new GradientProbe(device, model, Loss.SoftmaxCrossEntropy).Measure(set);
        var (small, good, large) = (
            Report(Deep<Pointwise.Sigmoid>(Inits.Normal(0.01f))),
            Report(Deep<Pointwise.Relu>(Inits.HeNormal)),
            Report(Deep<Pointwise.Relu>(Inits.Normal(1))));
        TestContext.Out.WriteLine($"first over last: sigmoid {small.Ratio:G3}, ReLU {good.Ratio:G3}, large weights {large.Ratio:G3}\n{small}");
        Assert.Multiple(() =>
        {
            Assert.That(small.Ratio, Is.LessThan(1e-4));
            Assert.That(small.Verdict, Is.EqualTo(GradientVerdict.Vanishing));
            Assert.That(good.Ratio, Is.InRange(0.1, 10));
            Assert.That(good.Verdict, Is.EqualTo(GradientVerdict.Steady));
            Assert.That(large.Verdict, Is.EqualTo(GradientVerdict.Exploding));
        });
    }

    [Test, Notes("4.2.2", "Exploding gradient problem")]
    public void Gradients_that_are_no_numbers_count_as_exploding()
    {
        var model = new Sequential(new Dense(1, 1, init: Inits.Constant(1e20f)), new Dense(1, 1, init: Inits.Constant(1e20f)));
        var report = new GradientProbe(device, model, Loss.MeanSquared).Measure(DataSet.WithTargets([1], [1], [0], [1]));
        Assert.That((report.Ratio, report.Verdict), Is.EqualTo((double.NaN, GradientVerdict.Exploding)));
    }

    // 1e25 squared overflows a float, and 1e-25 squared vanishes.
    [TestCase(1e25f)]
    [TestCase(1e-25f)]
    public void Norms_neither_overflow_nor_vanish(float scale)
    {
        var model = new Dense(1, 1, bias: false, init: Inits.Constant(1));
        var report = new GradientProbe(device, model, Loss.MeanAbsolute).Measure(DataSet.WithTargets([scale, scale], [1], [0, 0], [1]));
        Assert.That(report.Layers[0].Gradient, Is.EqualTo(scale).Within(1e-6).Percent.And.Not.Zero);
    }

    [Test, Notes("4.2.2", "ReLU")]
    public void With_the_same_budget_rectifiers_learn_and_sigmoids_do_not()
    {
        var digits = DrawnDigits.Draw(train: 2000, test: 500);
        double Accuracy(Layer model)
        {
            var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(1e-3f)) { Seed = 1 };
            return trainer.Fit(digits.Train, digits.Test, epochs: 6, batch: 50).Last.Judged.Accuracy;
        }
        var (sigmoid, relu) = (Accuracy(Deep<Pointwise.Sigmoid>(Inits.Normal(0.01f))), Accuracy(Deep<Pointwise.Relu>(Inits.HeNormal)));
        TestContext.Out.WriteLine($"sigmoid {sigmoid:F3}, ReLU {relu:F3}");
        Assert.That(sigmoid, Is.AtMost(0.2));
        Assert.That(relu, Is.AtLeast(0.7));
    }

    [Test]
    public void A_monitor_looks_before_the_first_step_and_after_every_epoch_and_changes_nothing()
    {
        var set = DrawnDigits.Draw(train: 60, test: 0).Train;
        float[] Weights(params Callback[] callbacks)
        {
            var model = new Sequential(new Flatten(), new Dense(784, 8), new BatchNorm(8), new Relu(), new Dropout(0.3f), new Dense(8, 10));
            new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Sgd(0.1f)) { Seed = 4 }.Fit(set, null, epochs: 3, batch: 20, callbacks);
            return [.. model.Parameters.SelectMany(parameter => parameter.ToArray())];
        }
        var told = new List<GradientReport>();
        var monitor = new GradientMonitor(samples: 30, told.Add);
        Assert.That(Weights(monitor), Is.EqualTo(Weights()));
        Assert.That(monitor.Reports.Select(report => report.Step), Is.EqualTo(new long[] { 0, 3, 6, 9 }));
        Assert.That(told, Is.EqualTo(monitor.Reports));
        Assert.That(monitor.Reports[0].Layers.Select(layer => layer.Gradient is null), Is.EqualTo(new[] { true, false, false, true, true, false }));
        Assert.That(monitor.Reports[0].ToString(), Does.Contain("1 Dense(784 -> 8)").And.Contain("Steady"));
    }

    [Test]
    public void No_gradient_at_all_is_told_as_vanishing_without_dividing_by_it()
    {
        var model = new Sequential(new Dense(1, 1, init: Inits.Zeros), new Dense(1, 1, init: Inits.Zeros));
        var report = new GradientProbe(device, model, Loss.MeanSquared).Measure(DataSet.WithTargets([1], [1], [0], [1]));
        Assert.That((report.Ratio, report.Verdict), Is.EqualTo((0.0, GradientVerdict.Vanishing)));
    }

    [Test]
    public void A_model_that_nothing_can_be_learned_of_and_an_empty_set_are_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => new GradientProbe(device, new Relu(), Loss.MeanSquared), Throws.ArgumentException.With.Message.Contains("trainable"));
        Assert.That(() => new GradientProbe(device, new Dense(1, 1), Loss.MeanSquared).Measure(DataSet.WithTargets([], [1], [], [1])), Throws.TypeOf<InvalidDataException>());
        Assert.That(() => new Trainer(device, new Dense(1, 1), Loss.MeanSquared, new Sgd(1)).Fit(DataSet.WithTargets([1], [1], [1], [1]), callbacks: new GradientMonitor(samples: 0)), Throws.TypeOf<ArgumentOutOfRangeException>());
    });
}
