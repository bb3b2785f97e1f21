using GpuNN.Operations;

namespace GpuNN.Tests;

/// <summary>Batch normalisation: statistics, values, sums and gradients, for images and for features.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(BatchStatistics), typeof(BatchNormalise), typeof(BatchNormaliseSums), typeof(BatchNormaliseGradient))]
public sealed class BatchNormaliseTests(Device device)
{
    private const float Epsilon = 1e-2f;

    public static readonly Shape[] Shapes = [[3, 2, 5], [5, 3], [2, 3, 2, 9], [7, 19], [1, 2, 3], [4, 1, 17]];

    // Gradients of gradients are long formulas, and ILGPU's simulator is slow.
    public static readonly Shape[] FewShapes = [[3, 2, 5], [5, 3], [3, 11]];

    [TestCaseSource(nameof(Shapes))]
    public void Statistics_agree(Shape shape) => OperationCheck.Verify(device, new BatchStatistics(), [shape], x =>
    {
        var (mean, variance) = Reference.ChannelStatistics(x[0], shape[0], shape[1], shape.From(2));
        return [.. mean, .. new double[shape[1]], .. variance];
    }, new CheckOptions { Tolerance = 4e-6 });

    [TestCaseSource(nameof(Shapes))]
    public void Normalised_by_the_batch_agrees(Shape shape) => OperationCheck.Verify(device,
        x => Graph.Current.Apply(new BatchNormalise(Epsilon, true), x[0], Statistics(x[0]), x[1], x[2]), [shape, [shape[1]], [shape[1]]],
        x => Scaled(Normal(x[0], shape), x[1], x[2], shape));

    [TestCaseSource(nameof(Shapes))]
    public void Normalised_by_constants_agrees(Shape shape) => OperationCheck.Verify(device, new BatchNormalise(Epsilon, false), [shape, [3, shape[1]], [shape[1]], [shape[1]]],
        x => Scaled(Frozen(x[0], x[1], shape), x[2], x[3], shape), new CheckOptions { Fixed = [1], Ranges = Positive(1) });

    // On the host they run in its end, while the numbers are in cache.
    [TestCaseSource(nameof(Shapes))]
    public void A_shortcut_and_a_function_behind_it_agree(Shape shape) => OperationCheck.Verify(device,
        x => (Graph.Current.Apply(new BatchNormalise(Epsilon, false), x[0], x[1], x[2], x[3]) + x[4]).Square(), [shape, [3, shape[1]], [shape[1]], [shape[1]], shape],
        x => [.. Scaled(Frozen(x[0], x[1], shape), x[2], x[3], shape).Select((y, i) => (y + x[4][i]) * (y + x[4][i]))], new CheckOptions { Fixed = [1], Ranges = Positive(1) });

    [TestCaseSource(nameof(FewShapes))]
    public void Sums_agree(Shape shape) => OperationCheck.Verify(device, x => Graph.Current.Apply(new BatchNormaliseSums(Epsilon, true), x[0], x[1], Statistics(x[0])), [shape, shape],
        x => Sums(Normal(x[0], shape), x[1], shape), new CheckOptions { Tolerance = 4e-6 });

    [Test]
    public void Sums_with_constants_agree() => OperationCheck.Verify(device, new BatchNormaliseSums(Epsilon, false), [[3, 2, 5], [3, 2, 5], [3, 2]],
        x => Sums(Frozen(x[0], x[2], [3, 2, 5]), x[1], [3, 2, 5]), new CheckOptions { Fixed = [2], Ranges = Positive(2) });

    [TestCaseSource(nameof(FewShapes))]
    public void The_gradient_is_an_operation_that_agrees(Shape shape) => OperationCheck.Verify(device, x =>
    {
        var statistics = Statistics(x[0]);
        var sums = Graph.Current.Apply(new BatchNormaliseSums(Epsilon, true), x[0], x[1], statistics);
        return Graph.Current.Apply(new BatchNormaliseGradient(Epsilon), x[0], x[1], statistics, x[2], sums);
    }, [shape, shape, [shape[1]]], x =>
    {
        double[] v = [.. x[1].Select((dy, i) => dy * x[2][i / shape.From(2) % shape[1]])];
        var (_, variance) = Reference.ChannelStatistics(x[0], shape[0], shape[1], shape.From(2));
        double[] Spread(double[] own) => [.. v.Select((_, i) => own[i / shape.From(2) % shape[1]])];
        return Reference.NormalGradient(Normal(x[0], shape), Spread([.. variance.Select(own => 1 / Math.Sqrt(own + Epsilon))]), v,
            y => Spread([.. Reference.ChannelSums(y, shape[1], shape.From(2)).Select(sum => sum * shape[1] / shape.Elements)]));
    }, new CheckOptions { Tolerance = 1e-5, GradientTolerance = 5e-5, SecondTolerance = 5e-4 });

    [Test]
    public void Large_shapes_have_the_same_bits_on_any_number_of_threads()
    {
        Assume.That(device.Route, Is.InstanceOf<Kernels.HostRoute>());
        foreach (Shape shape in new Shape[] { [9, 3, 37, 31], [40, 33, 13, 7], [900, 130], [9000, 3], [2100, 70] })
            OperationCheck.SameBits(x => Graph.Current.Apply(new BatchNormalise(Epsilon, true), x[0], Statistics(x[0]), x[1], x[2]),
                [shape, [shape[1]], [shape[1]]], (int)shape.Elements, new CheckOptions { GradientTolerance = 1e-4 });
    }

    [Test]
    public void Sums_in_chunks_of_the_batch_agree()
    {
        Assume.That(device.Route, Is.InstanceOf<Kernels.HostRoute>());
        foreach (Shape shape in new Shape[] { [9, 3, 37, 31], [9000, 3], [9001, 7] })
        {
            var (channels, pixels) = (shape[1], shape.From(2));
            float[] x = [.. Enumerable.Range(0, (int)shape.Elements).Select(i => MathF.Sin(i) + 100 + i % 7)], dy = [.. x.Select((v, i) => MathF.Cos(3 * i) + 0.5f)];
            var results = device.Compile(graph =>
            {
                var input = graph.Input("x", shape);
                return [Statistics(input), graph.Apply(new BatchNormaliseSums(Epsilon, true), input, graph.Input("dy", shape), Statistics(input))];
            }, Checks.PoisonedArena).Run(x, dy);
            double[] wide = [.. x.Select(v => (double)v)];
            var (mean, variance) = Reference.ChannelStatistics(wide, shape[0], channels, pixels);
            var statistics = results[0].ToArray();
            OperationCheck.Close(statistics[..channels], mean, 1e-6, $"means of {shape}");
            OperationCheck.Close(statistics[(2 * channels)..], variance, 1e-6, $"variances of {shape}");
            OperationCheck.Close(results[1].ToArray(), Sums(Normal(wide, shape), [.. dy.Select(v => (double)v)], shape), 1e-5, $"sums of {shape}");
        }
    }

    // Large results are stored in another way; with given statistics an item's do not depend on the others.
    [Test]
    public void Large_results_are_those_of_each_item_alone()
    {
        Assume.That(device.Route, Is.InstanceOf<Kernels.HostRoute>());
        const int items = 101, pixels = 16 * 512;
        float[] numbers = [.. Enumerable.Range(0, items * 4 * pixels).Select(i => MathF.Sin(i))];
        var function = device.Compile(graph => graph.Apply(new BatchNormalise(Epsilon, false), graph.Input("x", [graph.Batch, 4, pixels]), graph.Input("s", [3, 4]), graph.Input("g", [4]), graph.Input("b", [4])), Checks.PoisonedArena);
        float[] Run(float[] x) => function.Run(Feed.Of("x", x, [x.Length / (4 * pixels), 4, pixels]), Feed.Of("s", Enumerable.Range(1, 12).Select(i => 0.1f * i).ToArray(), [3, 4]),
            Feed.Of("g", new float[] { 1, 2, 3, 4 }, [4]), Feed.Of("b", new float[] { 4, 3, 2, 1 }, [4]))[0].ToArray();
        var all = Run(numbers);
        foreach (var item in new[] { 0, 50, items - 1 })
            Assert.That(all[(item * 4 * pixels)..((item + 1) * 4 * pixels)], Is.EqualTo(Run(numbers[(item * 4 * pixels)..((item + 1) * 4 * pixels)])));
    }

    // A variance as the difference of mean squares would have no digit left.
    [TestCase(1e4)]
    [TestCase(-1e6)]
    [TestCase(1e8)]
    public void Numbers_far_from_zero_lose_nothing(double far)
    {
        foreach (Shape shape in new Shape[] { [4, 3, 5, 7], [40, 3] })
        {
            var random = new Random(3);
            var step = far == 1e8 ? 8 : 1.0 / 16;
            float[] x = [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => (float)(far + step * random.Next(-30, 30)))];
            var results = device.Compile(graph =>
            {
                var input = graph.Input("x", shape);
                return [Statistics(input), graph.Apply(new BatchNormalise(0, true), input, Statistics(input), graph.Input("g", [3]), graph.Input("b", [3]))];
            }, Checks.PoisonedArena).Run(x, new float[] { 1, 1, 1 }, new float[3]);
            double[] wide = [.. x.Select(v => (double)v)];
            var (mean, variance) = Reference.ChannelStatistics(wide, shape[0], 3, shape.From(2));
            var statistics = results[0].ToArray();
            for (var c = 0; c < 3; c++)
            {
                Assert.That((double)statistics[c] + statistics[3 + c], Is.EqualTo(mean[c]).Within(1e-5 * Math.Sqrt(variance[c])));
                Assert.That(statistics[6 + c], Is.EqualTo(variance[c]).Within(1e-3).Percent);
            }
            OperationCheck.Close(results[1].ToArray(), Reference.ChannelNormal(wide, shape[0], 3, shape.From(2), 0), 2e-6, $"around {far}");
        }
    }

    [Test]
    public void A_constant_channel_without_epsilon_gives_its_bias_and_no_gradient()
    {
        foreach (Shape shape in new Shape[] { [2, 2, 3], [6, 2] })
        {
            var results = device.Compile(graph =>
            {
                var x = graph.Input("x", shape);
                var y = graph.Apply(new BatchNormalise(0, true), x, Statistics(x), graph.Input("g", [2]), graph.Input("b", [2]));
                return [y, graph.Gradients(y.Square().Sum(), [x])[0]];
            }, Checks.PoisonedArena).Run(Enumerable.Repeat(7f, (int)shape.Elements).ToArray(), new float[] { 1, 0 }, new float[] { 3, -2 });
            Assert.That(results[0].ToArray(), Is.EqualTo(Enumerable.Range(0, (int)shape.Elements).Select(i => i / shape.From(2) % 2 == 0 ? 3f : -2f)));
            Assert.That(results[1].ToArray(), Is.All.Zero);
        }
    }

    [Test]
    public void Nothing_has_no_statistics_and_other_sizes_are_refused()
    {
        Assert.That(() => device.Compile(graph => Statistics(graph.Input("x", [0, 3]))).Run(Array.Empty<float>()), Throws.TypeOf<ShapeException>().With.Message.Contains("at least one number a channel"));
        Assert.That(() => device.Compile(graph => graph.Apply(new BatchNormalise(0, true), graph.Input("x", [2, 3]), graph.Input("s", [3, 4]), graph.Input("g", [3]), graph.Input("b", [3])))
            .Run(new float[6], new float[12], new float[3], new float[3]), Throws.TypeOf<ShapeException>().With.Message.Contains("for 3 channels"));
        var empty = device.Compile(graph => graph.Apply(new BatchNormalise(0, false), graph.Input("x", [0, 3]), graph.Input("s", [3, 3]), graph.Input("g", [3]), graph.Input("b", [3])));
        Assert.That(empty.Run(Array.Empty<float>(), new float[9], new float[3], new float[3])[0].ToArray(), Is.Empty);
    }

    private static Dictionary<int, (double, double)> Positive(int operand) => new() { [operand] = (0.1, 2) };

    private static Tensor Statistics(Tensor x) => Graph.Current.Apply(new BatchStatistics(), x);

    private static double[] Normal(double[] x, Shape shape) => Reference.ChannelNormal(x, shape[0], shape[1], shape.From(2), Epsilon);

    private static double[] Frozen(double[] x, double[] statistics, Shape shape) => [.. x.Select((v, i) =>
    {
        var c = i / shape.From(2) % shape[1];
        return (v - statistics[c] - statistics[c + shape[1]]) / Math.Sqrt(statistics[c + 2 * shape[1]] + Epsilon);
    })];

    private static double[] Scaled(double[] normal, double[] gain, double[] bias, Shape shape) =>
        [.. normal.Select((v, i) => gain[i / shape.From(2) % shape[1]] * v + bias[i / shape.From(2) % shape[1]])];

    private static double[] Sums(double[] normal, double[] dy, Shape shape) =>
        [.. Reference.ChannelSums(dy, shape[1], shape.From(2)), .. Reference.ChannelSums(dy.Zip(normal, (a, b) => a * b), shape[1], shape.From(2))];
}
