using GpuNN.Operations;

namespace GpuNN.Tests;

/// <summary>Layer and group normalisation: values, and the gradients that come out of one reading.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(GroupNormalise), typeof(GroupNormaliseGradient), typeof(Part))]
public sealed class GroupNormaliseTests(Device device)
{
    private const float Epsilon = 1e-2f;

    private static readonly CheckOptions loose = new() { Tolerance = 1e-5, GradientTolerance = 5e-5, SecondTolerance = 5e-4 };

    /// <summary>x, gains, groups, pixels.</summary>
    public static readonly (Shape X, Shape Gain, int Groups, int Pixels)[] Cases =
    [
        ([3, 5], [5], 1, 1), ([2, 2, 3, 4], [3, 4], 1, 1), ([19], [19], 1, 1), ([9, 17], [17], 1, 1), ([33, 3], [3], 1, 1),
        ([2, 4, 3], [4], 2, 3), ([3, 6, 2, 5], [6], 3, 10), ([1, 2, 9], [2], 1, 9), ([2, 3, 7], [3], 3, 7), ([5, 2, 2], [2], 1, 2),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees((Shape X, Shape Gain, int Groups, int Pixels) at) => OperationCheck.Verify(device, new GroupNormalise(at.Groups, at.Pixels, Epsilon), [at.X, at.Gain, at.Gain], x =>
        [.. Reference.RowNormal(x[0], Length(at), Epsilon).Select((v, i) => v * x[1][Channel(at, i)] + x[2][Channel(at, i)])], loose with { Tolerance = 2e-6 });

    // Gradients of gradients are long formulas, and ILGPU's simulator is slow.
    public static readonly (Shape X, Shape Gain, int Groups, int Pixels)[] FewCases = [([3, 5], [5], 1, 1), ([2, 2, 3, 4], [3, 4], 1, 1), ([2, 4, 3], [4], 2, 3)];

    [TestCaseSource(nameof(FewCases))]
    public void Its_gradient_is_an_operation_that_agrees((Shape X, Shape Gain, int Groups, int Pixels) at) =>
        OperationCheck.Verify(device, new GroupNormaliseGradient(at.Groups, at.Pixels, Epsilon), [at.X, at.X, at.Gain], x =>
        {
            var normal = Reference.RowNormal(x[0], Length(at), Epsilon);
            var dx = Reference.NormalGradient(normal, Reference.RowFactor(x[0], Length(at), Epsilon), [.. x[1].Select((v, i) => v * x[2][Channel(at, i)])], v => Reference.RowMeans(v, Length(at)));
            var channels = (int)at.Gain.Elements;
            return [.. dx, .. new double[GroupNormaliseGradient.SumsAt(at.X) - dx.Length],
                .. Reference.ChannelSums(x[1], channels, at.Pixels), .. Reference.ChannelSums(x[1].Zip(normal, (a, b) => a * b), channels, at.Pixels)];
        }, loose);

    [Test]
    public void A_part_of_a_tensor_agrees([Values(0, 3)] int start) => OperationCheck.Verify(device, new Part(start, [2, 3]), [[11]], x => x[0][start..(start + 6)]);

    // What reads the head may not write over it as if it were the whole, nor may the whole be packed where the head belongs.
    [Test]
    public void The_head_of_what_was_computed_is_used_like_any_tensor()
    {
        var p = new Parameter("p", [2, 3], Inits.Values(1, 2, 3, 4, 5, 6));
        var function = device.Compile(graph =>
        {
            var both = graph.Input("x", [24]) + p.Flatten().Sum();
            var head = graph.Apply(new Part(0, [2, 3]), both);
            graph.Minimise((graph.Apply(new Part(0, [2, 3]), p.Reshape([6]) * 2f) * head.Detach()).Sum(), [p], new Sgd(0.5f));
            return [head.Relu(), both.Slice(0, 16, 8), head];
        }, Checks.PoisonedArena);
        var results = function.Run(Enumerable.Range(-25, 24).Select(i => (float)i).ToArray());
        Assert.That(results[0].ToArray(), Is.EqualTo(new float[] { 0, 0, 0, 0, 0, 1 }));
        Assert.That(results[1].ToArray(), Is.EqualTo(Enumerable.Range(12, 8).Select(i => (float)i)));
        Assert.That(results[2].ToArray(), Is.EqualTo(new float[] { -4, -3, -2, -1, 0, 1 }));
        Assert.That(p.ToArray(), Is.EqualTo(new float[] { 5, 5, 5, 5, 5, 5 }));
    }

    [Test]
    public void A_normalised_parameter_learns()
    {
        var p = new Parameter("p", [3, 7], Inits.Normal());
        var function = device.Compile(graph =>
        {
            var y = graph.Apply(new GroupNormalise(1, 1, Epsilon), p, graph.Input("g", [7]), graph.Input("b", [7]));
            var loss = (y - graph.Input("t", [3, 7])).Square().Mean();
            graph.Minimise(loss, [p], new Sgd(0.5f));
            return loss;
        }, Checks.PoisonedArena);
        float[] gain = [1, 1, 1, 1, 1, 1, 1], target = [.. Enumerable.Range(0, 21).Select(i => MathF.Sin(i))];
        var first = function.Run(gain, new float[7], target)[0].Scalar();
        for (var i = 0; i < 60; i++)
            function.Run();
        Assert.That(function.Run()[0].Scalar(), Is.LessThan(0.6f * first));
    }

    [Test]
    public void Large_shapes_have_the_same_bits_on_any_number_of_threads()
    {
        Assume.That(device.Route, Is.InstanceOf<Kernels.HostRoute>());
        foreach (var (x, gain, groups, pixels) in new (Shape, Shape, int, int)[] { ([40, 9001], [9001], 1, 1), ([700, 130], [130], 1, 1), ([20, 12, 17, 9], [12], 4, 153) })
            OperationCheck.SameBits(at => Graph.Current.Apply(new GroupNormalise(groups, pixels, Epsilon), at[0], at[1], at[2]), [x, gain, gain], (int)x.Elements, loose with { Tolerance = 2e-6, GradientTolerance = 1e-4 });
    }

    // Large results are stored in another way; a row's do not depend on the others.
    [Test]
    public void Large_results_are_those_of_each_row_alone()
    {
        Assume.That(device.Route, Is.InstanceOf<Kernels.HostRoute>());
        const int rows = 202, length = 16 * 1024;
        float[] numbers = [.. Enumerable.Range(0, rows * length).Select(i => MathF.Sin(i))];
        var function = device.Compile(graph =>
        {
            Shape shape = [graph.Batch, length];
            Tensor x = graph.Input("x", shape), dy = graph.Input("dy", shape);
            var y = graph.Apply(new GroupNormalise(1, 1, Epsilon), x, graph.Input("g", [length]), graph.Input("b", [length]));
            return [y, graph.Gradients(y, [x], dy)[0]];
        }, Checks.PoisonedArena);
        float[][] Run(float[] x)
        {
            Shape shape = [x.Length / length, length];
            var results = function.Run(Feed.Of("x", x, shape), Feed.Of("dy", x.Reverse().ToArray(), shape), Feed.Of("g", numbers[..length], [length]), Feed.Of("b", numbers[^length..], [length]));
            return [results[0].ToArray(), results[1].ToArray()];
        }
        var all = Run(numbers);
        foreach (var row in new[] { 0, 77, rows - 1 })
        {
            var mirrored = rows - 1 - row;
            float[] pair = [.. numbers[(row * length)..((row + 1) * length)], .. numbers[(mirrored * length)..((mirrored + 1) * length)]];
            var alone = Run(pair);
            for (var k = 0; k < 2; k++)
                OperationCheck.Close(all[k][(row * length)..((row + 1) * length)], [.. alone[k][..length].Select(v => (double)v)], 1e-6, $"row {row}");
        }
    }

    [TestCase(1e4)]
    [TestCase(1e8)]
    public void Numbers_far_from_zero_lose_nothing(double far)
    {
        var random = new Random(5);
        float[] x = [.. Enumerable.Range(0, 3 * 50).Select(_ => (float)(far + (far == 1e8 ? 8 : 0.0625) * random.Next(-30, 30)))];
        var y = device.Compile(graph => graph.Apply(new GroupNormalise(1, 1, 0), graph.Input("x", [3, 50]), graph.Input("g", [50]), graph.Input("b", [50])), Checks.PoisonedArena)
            .Run(x, Enumerable.Repeat(1f, 50).ToArray(), new float[50])[0].ToArray();
        OperationCheck.Close(y, Reference.RowNormal([.. x.Select(v => (double)v)], 50, 0), 2e-6, $"around {far}");
    }

    [Test]
    public void An_empty_batch_gives_nothing_and_gradients_of_zero()
    {
        var results = device.Compile(graph =>
        {
            Tensor x = graph.Input("x", [0, 3]), gain = graph.Input("g", [3]), bias = graph.Input("b", [3]);
            var y = graph.Apply(new GroupNormalise(1, 1, Epsilon), x, gain, bias);
            return [y, .. graph.Gradients(y.Sum(), [x, gain, bias])];
        }, Checks.PoisonedArena).Run(Array.Empty<float>(), new float[3], new float[3]);
        Assert.That(results[0].ToArray(), Is.Empty);
        Assert.That(results[1].ToArray(), Is.Empty);
        Assert.That(results[2].ToArray(), Is.EqualTo(new float[3]));
        Assert.That(results[3].ToArray(), Is.EqualTo(new float[3]));
    }

    [Test]
    public void Sizes_that_do_not_fit_are_refused() => Assert.That(
        () => device.Compile(graph => graph.Apply(new GroupNormalise(1, 1, 0), graph.Input("x", [2, 4]), graph.Input("g", [3]), graph.Input("b", [3]))).Run(new float[8], new float[3], new float[3]),
        Throws.TypeOf<ShapeException>().With.Message.Contains("needs items of gains times 1 numbers"));

    private static int Length((Shape X, Shape Gain, int Groups, int Pixels) at) => (int)at.Gain.Elements * at.Pixels / at.Groups;

    private static int Channel((Shape X, Shape Gain, int Groups, int Pixels) at, int i) => i / at.Pixels % (int)at.Gain.Elements;
}
