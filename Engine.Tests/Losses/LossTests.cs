using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Losses: values against double precision, gradients against central differences of it, and the edge cases.</summary>
[Notes("6", "Multi-class neural networks"), Notes("6.1", "More than 2 classes")]
public sealed class LossTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private (float Loss, float[] Gradient) Of(Loss loss, float[] x, Shape shape, Feed target, Shape targetShape)
    {
        var results = device.Compile(graph =>
        {
            var input = graph.Input("x", shape);
            var wanted = loss.Target == ElementKind.Int ? graph.Labels("t", targetShape) : graph.Input("t", targetShape);
            var value = loss.Of(input, wanted);
            return [value, graph.Gradients(value, [input])[0]];
        }, Checks.PoisonedArena).Run(Feed.Of("x", x, shape), target);
        return (results[0].Scalar(), results[1].ToArray());
    }

    private (float Loss, float[] Gradient) OfLabels(Loss loss, float[] x, int classes, params int[] labels) =>
        Of(loss, x, [labels.Length, classes], Feed.Of("t", labels, [labels.Length]), [labels.Length]);

    private (float Loss, float[] Gradient) OfNumbers(Loss loss, float[] x, Shape shape, float[] target) =>
        Of(loss, x, shape, Feed.Of("t", target, shape), shape);

    [Test]
    public void Softmax_cross_entropy_keeps_large_logits_apart()
    {
        var (loss, gradient) = OfLabels(Loss.SoftmaxCrossEntropy, [1000, 1001, 1002], 3, 0);
        Assert.That(loss, Is.EqualTo(2.4076059645).Within(1e-5));
        Assert.That(gradient.Sum(), Is.Zero.Within(1e-6));
        Assert.That(gradient, Is.EqualTo(new[] { -0.90996943, 0.24472847, 0.66524096 }).Within(1e-6));
        // Each row of the gradient sums to 0, however it is smoothed or weighted.
        var rows = OfLabels(Loss.SoftmaxCrossEntropy with { Smoothing = 0.1f, ClassWeights = [1, 4, 2] }, [1, -2, 0.5f, 100, 99, -50], 3, 1, 2).Gradient;
        Assert.That(rows.Chunk(3).Select(row => row.Sum()), Is.All.EqualTo(0).Within(1e-6));
    }

    private static double Reference(double[] x, int classes, int[] labels, float[]? weights = null, double smoothing = 0, int? ignored = null)
    {
        double sum = 0, weight = 0;
        for (var row = 0; row < labels.Length; row++)
        {
            if (labels[row] == ignored)
                continue;
            var logits = x[(row * classes)..((row + 1) * classes)];
            var norm = logits.Max() + Math.Log(logits.Sum(value => Math.Exp(value - logits.Max())));
            var w = weights?[labels[row]] ?? 1;
            for (var c = 0; c < classes; c++)
                sum -= w * ((c == labels[row] ? 1 - smoothing : 0) + smoothing / classes) * (logits[c] - norm);
            weight += w;
        }
        return weight > 0 ? sum / weight : 0;
    }

    private static IEnumerable<TestCaseData> Options()
    {
        yield return new TestCaseData(Loss.SoftmaxCrossEntropy, (Func<double[], double>)(x => Reference(x, 5, Labels))).SetArgDisplayNames("plain");
        yield return new TestCaseData(Loss.SoftmaxCrossEntropy with { Smoothing = 0.1f }, (Func<double[], double>)(x => Reference(x, 5, Labels, smoothing: 0.1f))).SetArgDisplayNames("smoothed");
        yield return new TestCaseData(Loss.SoftmaxCrossEntropy with { Ignored = 4 }, (Func<double[], double>)(x => Reference(x, 5, Labels, ignored: 4))).SetArgDisplayNames("ignored");
        yield return new TestCaseData(Loss.SoftmaxCrossEntropy with { ClassWeights = Weights, Smoothing = 0.2f, Ignored = 2 },
            (Func<double[], double>)(x => Reference(x, 5, Labels, Weights, 0.2f, 2))).SetArgDisplayNames("weighted, smoothed, ignored");
    }

    private static readonly int[] Labels = [4, 0, 2];
    private static readonly float[] Weights = [1, 2, 0.5f, 0, 3];

    [TestCaseSource(nameof(Options))]
    public void Softmax_cross_entropy_agrees_with_double_precision(SoftmaxCrossEntropyLoss loss, Func<double[], double> reference)
    {
        float[] x = [.. Enumerable.Range(0, 15).Select(i => 2 * MathF.Sin(7 * i))];
        var (value, gradient) = OfLabels(loss, x, 5, Labels);
        Agrees(reference, x, value, gradient);
    }

    private static void Agrees(Func<double[], double> reference, float[] x, float value, float[] gradient)
    {
        const double H = 1e-5;
        double[] at = [.. x.Select(element => (double)element)];
        Assert.That(value, Is.EqualTo(reference(at)).Within(1e-5));
        for (var i = 0; i < x.Length; i++)
        {
            double[] up = [.. at], down = [.. at];
            (up[i], down[i]) = (at[i] + H, at[i] - H);
            Assert.That(gradient[i], Is.EqualTo((reference(up) - reference(down)) / (2 * H)).Within(1e-5), $"gradient {i}");
        }
    }

    private static IEnumerable<TestCaseData> Distances()
    {
        double[] y = [.. Targets.Select(value => (double)value)];
        yield return Case(Loss.MeanSquared, x => Mean(x, (a, i) => Math.Pow(a - y[i], 2)));
        yield return Case(Loss.HalfSquared, x => Mean(x, (a, i) => Math.Pow(a - y[i], 2) / 2));
        yield return Case(Loss.MeanAbsolute, x => Mean(x, (a, i) => Math.Abs(a - y[i])));
        yield return Case(Loss.Huber(0.75f), x => Mean(x, (a, i) => Math.Abs(a - y[i]) is var e && e <= 0.75 ? e * e / 2 : 0.75 * (Math.Abs(a - y[i]) - 0.375)));
        yield return Case(Loss.BinaryCrossEntropy, x => Mean(x, (a, i) => Math.Log(1 + Math.Exp(a)) - y[i] * a));
        // of the targets below, those of 0.5 do not count
        yield return Case(Loss.BinaryCrossEntropy with { Ignored = 0.5f }, x => x.Take(4).Select((a, i) => Math.Log(1 + Math.Exp(a)) - y[i] * a).Average()).SetArgDisplayNames("BinaryCrossEntropy, some ignored");
        yield return Case(Loss.BinaryHinge, x => Mean(x, (a, i) => Math.Max(0, 1 - y[i] * a)));
        yield return Case(Loss.CrossEntropy, x => Rows(x, (logits, t) => -logits.Zip(t, (l, p) => p * l).Sum()));
        yield return Case(Loss.KullbackLeibler, x => Rows(x, (logits, t) => logits.Zip(t, (l, p) => p > 0 ? p * (Math.Log(p) - l) : 0).Sum()));

        static double Mean(double[] x, Func<double, int, double> of) => x.Select(of).Average();

        double Rows(double[] x, Func<double[], double[], double> of) => Enumerable.Range(0, 3).Average(row =>
        {
            var part = x[(row * 2)..(row * 2 + 2)];
            var norm = Math.Log(part.Sum(Math.Exp));
            return of([.. part.Select(value => value - norm)], y[(row * 2)..(row * 2 + 2)]);
        });

        static TestCaseData Case(Loss loss, Func<double[], double> reference) => new TestCaseData(loss, reference).SetArgDisplayNames(loss.Name);
    }

    private static readonly float[] Targets = [0, 1, 0.25f, 0.75f, 0.5f, 0.5f];

    [TestCaseSource(nameof(Distances)), Notes("1.3", "Regressing on unbounded outputs"), Notes("1.3.1", "Introduction")]
    public void A_loss_on_numbers_agrees_with_double_precision(Loss loss, Func<double[], double> reference)
    {
        float[] x = [1.5f, -0.5f, 0.3f, 2, -1.25f, 0.4f];
        var (value, gradient) = OfNumbers(loss, x, [3, 2], Targets);
        Agrees(reference, x, value, gradient);
    }

    [Test]
    public void Hinge_agrees_with_double_precision()
    {
        float[] x = [.. Enumerable.Range(0, 15).Select(i => 2 * MathF.Sin(7 * i))];
        var (value, gradient) = OfLabels(Loss.Hinge, x, 5, Labels);
        Agrees(at => Labels.Select((label, row) => Enumerable.Range(0, 5).Where(c => c != label)
            .Sum(c => Math.Max(0, 1 + at[row * 5 + c] - at[row * 5 + label]))).Average(), x, value, gradient);
    }

    [Test]
    public void One_class_against_the_rest_agrees_with_double_precision()
    {
        float[] x = [.. Enumerable.Range(0, 15).Select(i => 2 * MathF.Sin(7 * i))];
        var (value, gradient) = OfLabels(Loss.OneVsRest, x, 5, Labels);
        Agrees(at => Labels.Select((label, row) => Enumerable.Range(0, 5)
            .Sum(c => Math.Log(1 + Math.Exp(at[row * 5 + c])) - (c == label ? at[row * 5 + c] : 0))).Average(), x, value, gradient);
    }

    [Test]
    public void One_class_against_the_rest_tells_clusters_apart_and_knows_when_it_is_none_of_them()
    {
        float[] centres = [0, 3, 3, -2, -3, -2];
        int[] labels = [.. Enumerable.Range(0, 90).Select(i => i % 3)];
        float[] items = [.. labels.SelectMany((label, i) => new[] { centres[2 * label] + MathF.Sin(5 * i), centres[2 * label + 1] + MathF.Cos(7 * i) })];
        var model = new Dense(2, 3);
        var trainer = new Trainer(device, model, Loss.OneVsRest, new Adam(0.1f)) { Seed = 2 };
        var history = trainer.Fit(DataSet.WithLabels(items, [2], labels, 3), epochs: 40, batch: 30);
        Assert.That(history.Last.Training.Accuracy, Is.GreaterThan(0.97));
        Assert.That(trainer.Predict([0, 0], [2]), Is.All.LessThan(0.5f), "in the middle no class is likely, which a softmax cannot say");
    }

    [Test]
    public void Rows_that_are_all_ignored_cost_nothing()
    {
        var (loss, gradient) = OfLabels(Loss.SoftmaxCrossEntropy with { Ignored = -1 }, [1, 2, 3, 4], 2, -1, -1);
        Assert.That(loss, Is.Zero);
        Assert.That(gradient, Is.All.Zero);
    }

    [Test]
    public void Class_weights_that_sum_to_zero_cost_nothing()
    {
        var (loss, gradient) = OfLabels(Loss.SoftmaxCrossEntropy with { ClassWeights = [0, 0] }, [1, 2, 3, 4], 2, 0, 1);
        Assert.That(loss, Is.Zero);
        Assert.That(gradient, Is.All.Zero);
    }

    [Test]
    public void One_class_costs_nothing() => Assert.That(OfLabels(Loss.SoftmaxCrossEntropy, [3, -2], 1, 0, 0).Loss, Is.Zero);

    [Test]
    public void An_infinite_logit_of_another_class_is_fine() =>
        Assert.That(OfLabels(Loss.SoftmaxCrossEntropy, [0, float.NegativeInfinity, 0], 3, 0).Loss, Is.EqualTo(Math.Log(2)).Within(1e-6));

    // Infinity less infinity has no answer: better a NaN, which the trainer reports, than a finite number that is wrong.
    [TestCase(float.PositiveInfinity, 0f), TestCase(float.NegativeInfinity, float.NegativeInfinity), TestCase(float.NaN, 0f)]
    public void A_row_without_a_softmax_is_no_number(float first, float other) =>
        Assert.That(OfLabels(Loss.SoftmaxCrossEntropy, [first, other, other], 3, 0).Loss, Is.NaN);

    [Test]
    public void Probabilities_that_do_not_sum_to_1_weigh_as_they_are()
    {
        float[] x = [0.5f, -1, 2];
        var (whole, gradient) = OfNumbers(Loss.CrossEntropy, x, [1, 3], [0.2f, 0.3f, 0.5f]);
        var (doubled, twice) = OfNumbers(Loss.CrossEntropy, x, [1, 3], [0.4f, 0.6f, 1]);
        Assert.That(doubled, Is.EqualTo(2 * whole).Within(1e-6));
        Assert.That(twice, Is.EqualTo(gradient.Select(value => 2 * value)).Within(1e-6));
        Assert.That(gradient.Sum(), Is.Zero.Within(1e-6));
    }

    [Test]
    public void Labels_out_of_range_are_refused()
    {
        var function = device.Compile(graph => Loss.SoftmaxCrossEntropy.Of(graph.Input("x", [2, 3]), graph.Labels("t", [2], classes: 3)));
        foreach (var label in new[] { 3, -1 })
            Assert.That(() => function.Run(new float[6], new[] { 0, label }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains($"row 1 has {label}"));
    }

    [Test]
    public void Saturated_answers_have_finite_losses_and_gradients()
    {
        var (loss, gradient) = OfNumbers(Loss.BinaryCrossEntropy, [1e4f, -1e4f], [2], [0, 1]);
        Assert.That(loss, Is.EqualTo(1e4f));
        Assert.That(gradient, Is.EqualTo(new[] { 0.5f, -0.5f }));
    }

    [Test]
    public void A_number_serves_as_target_for_all()
    {
        var function = device.Compile(graph => Loss.BinaryOnLogits(graph.Input("x", [graph.Batch]), 1f));
        Assert.That(function.Run(new float[] { 0, 0, 0 })[0].Scalar(), Is.EqualTo(Math.Log(2)).Within(1e-6));
    }

    [Test]
    public void Targets_of_other_shapes_are_refused() => Assert.That(
        () => Of(Loss.MeanSquared, [1, 2, 3], [3, 1], Feed.Of("t", new float[] { 1, 2 }, [2]), [2]),
        Throws.TypeOf<ShapeException>().With.Message.Contains("(3, 1)").And.Message.Contains("(2)"));

    [Test]
    public void Floats_as_labels_are_refused() => Assert.That(
        () => device.Compile(graph => Loss.SoftmaxCrossEntropy.Of(graph.Input("x", [2, 3]), graph.Input("t", [2]))).Run(new float[6], new float[2]),
        Throws.TypeOf<ShapeException>().With.Message.Contains("integer labels"));

    [Test]
    public void Bad_options_are_refused()
    {
        Assert.That(() => Loss.SoftmaxCrossEntropy with { Smoothing = 1 }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Loss.SoftmaxCrossEntropy with { ClassWeights = [1, -1] }, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Loss.Huber(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => OfLabels(Loss.SoftmaxCrossEntropy with { ClassWeights = [1, 2] }, new float[3], 3, 0),
            Throws.TypeOf<ShapeException>().With.Message.Contains("class weight"));
    }

    [Test]
    public void Softmax_cross_entropy_can_be_differentiated_twice()
    {
        var loss = Loss.SoftmaxCrossEntropy with { ClassWeights = [1, 2, 0.5f], Smoothing = 0.1f };
        float[] x = [0.5f, -1, 0.25f, 2, 0.1f, -0.3f], direction = [1, 0.5f, -1, 0.25f, 2, -0.5f];
        var first = device.Compile(graph =>
        {
            var input = graph.Input("x", [2, 3]);
            return graph.Gradients(loss.Of(input, graph.Labels("t", [2])), [input])[0];
        });
        var second = device.Compile(graph =>
        {
            var input = graph.Input("x", [2, 3]);
            var gradient = graph.Gradients(loss.Of(input, graph.Labels("t", [2])), [input])[0];
            return graph.Gradients((gradient * graph.Input("v", [2, 3])).Sum(), [input])[0];
        });
        int[] labels = [2, 0];
        var product = second.Run(x, labels, direction)[0].ToArray();
        const float H = 1e-2f;
        var up = first.Run(x.Zip(direction, (a, v) => a + H * v).ToArray(), labels)[0].ToArray();
        var down = first.Run(x.Zip(direction, (a, v) => a - H * v).ToArray(), labels)[0].ToArray();
        for (var i = 0; i < x.Length; i++)
            Assert.That(product[i], Is.EqualTo((up[i] - down[i]) / (2 * H)).Within(2e-4));
    }
}
