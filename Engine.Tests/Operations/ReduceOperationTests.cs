namespace GpuNN.Tests;

/// <summary>Sums, means, maxima and minima over any axes, and the index of the maximum.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(Operations.Sum), typeof(Operations.Max), typeof(Operations.Min), typeof(Operations.ArgMax))]
public sealed class ReduceOperationTests(Device device)
{
    private static readonly Shape cube = [2, 3, 5];

    public static readonly int[][] Axes = [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2], [-1], [-2, 0]];

    [TestCaseSource(nameof(Axes))]
    public void Sums_and_means_agree(params int[] axes)
    {
        OperationCheck.Verify(device, x => x[0].Sum(axes), [cube], x => Fold(x[0], axes, 0, (a, b) => a + b));
        OperationCheck.Verify(device, x => x[0].Mean(axes).Square(), [cube],
            x => [.. Fold(x[0], axes, 0, (a, b) => a + b).Select(sum => Math.Pow(sum * Fold(x[0], axes, 0, (a, b) => a + b).Length / 30, 2))]);
    }

    [Test]
    public void Kept_axes_broadcast_back() => OperationCheck.Verify(device, x => x[0] - x[0].Mean([0, 2], keepAxis: true), [cube],
        x =>
        {
            var sums = Fold(x[0], [0, 2], 0, (a, b) => a + b);
            return [.. x[0].Select((value, i) => value - sums[i / 5 % 3] / 10)];
        });

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(-1)]
    public void Extremes_agree(int axis)
    {
        OperationCheck.Verify(device, x => x[0].Max(axis), [cube], x => Fold(x[0], [axis], double.NegativeInfinity, Math.Max));
        OperationCheck.Verify(device, x => x[0].Min(axis, keepAxis: true) * x[0], [cube], x =>
        {
            var least = Fold(x[0], [axis], double.PositiveInfinity, Math.Min);
            return Reference.Pointwise([cube.With(cube.Axis(axis), 1), cube], [least, x[0]], v => v[0] * v[1]);
        });
    }

    [Test]
    public void One_number_remains_of_all_axes()
    {
        OperationCheck.Verify(device, x => x[0].Sum(), [cube], x => [x[0].Sum()]);
        OperationCheck.Verify(device, x => x[0].Square().Mean(), [cube], x => [x[0].Average(v => v * v)]);
        OperationCheck.Verify(device, x => x[0].Max() * x[0].Min(), [cube], x => [x[0].Max() * x[0].Min()]);
        OperationCheck.Verify(device, x => x[0].Sum() + x[0].Mean(), [[]], x => [2 * x[0][0]]);
    }

    [Test]
    public void A_broadcast_is_undone() => OperationCheck.Verify(device, x => x[0].SumTo([3, 1]), [cube],
        x => Fold(x[0], [0, 2], 0, (a, b) => a + b));

    [Test]
    public void Long_axes_agree()
    {
        var options = new CheckOptions { Differentiable = false, Tolerance = 1e-5 };
        OperationCheck.Verify(device, x => x[0].Detach().Sum(1), [[3, 301]], x => Reference.Build([3], at => Enumerable.Range(0, 301).Sum(k => x[0][at[0] * 301 + k])), options);
        OperationCheck.Verify(device, x => x[0].Detach().Sum(0), [[301, 3]], x => Reference.Build([3], at => Enumerable.Range(0, 301).Sum(k => x[0][k * 3 + at[0]])), options);
    }

    [Test]
    public void Equal_extremes_share_the_gradient()
    {
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [2, 3]);
            return [.. graph.Gradients(x.Max(1).Sum(), [x]), .. graph.Gradients(x.Min(1).Sum(), [x])];
        }, Checks.PoisonedArena);
        var results = function.Run(new float[] { 1, 3, 3, 2, 2, 2 });
        Assert.That(results[0].ToArray(), Is.EqualTo(new[] { 0, 0.5f, 0.5f, 1f / 3, 1f / 3, 1f / 3 }).Within(1e-7));
        Assert.That(results[1].ToArray(), Is.EqualTo(new[] { 1, 0, 0, 1f / 3, 1f / 3, 1f / 3 }).Within(1e-7));
    }

    [Test]
    public void Nothing_sums_to_zero_and_has_no_greatest()
    {
        var sums = device.Compile(graph =>
        {
            var x = graph.Input("x", [0, 3]);
            return [x.Sum(0), x.Mean(0), x.Sum(1), .. graph.Gradients(x.Sum(), [x])];
        }, Checks.PoisonedArena);
        var results = sums.Run(Array.Empty<float>());
        Assert.That(results[0].ToArray(), Is.EqualTo(new float[3]));
        Assert.That(results[1].ToArray(), Is.EqualTo(new float[3]));
        Assert.That(results[2].ToArray(), Is.Empty);
        Assert.That(results[3].ToArray(), Is.Empty);
        var greatest = device.Compile(graph => graph.Input("x", [0, 3]).Max(0));
        Assert.That(() => greatest.Run(Array.Empty<float>()), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "Max: needs at least one number along the reduced axes, but got (0, 3).\nLeave empty tensors out: nothing has no maximum."));
    }

    [Test]
    public void The_index_of_the_greatest_agrees_and_the_first_of_equals_wins()
    {
        var function = device.Compile(graph => graph.Input("x", [2, 2, 5]).ArgMax(), Checks.PoisonedArena);
        var results = function.Run(new float[] { 1, 5, 2, 5, 0, -1, -2, -3, -4, -0.5f, 7, 7, 7, 7, 7, float.NegativeInfinity, 3, float.NaN, 9, 0 });
        Assert.That(results[0].Shape, Is.EqualTo(Shape.Of(2, 2)));
        Assert.That(results[0].ToIntArray(), Is.EqualTo(new[] { 1, 4, 0, 2 }));
    }

    private static double[] Fold(double[] x, int[] axes, double identity, Func<double, double, double> combine)
    {
        var reduced = axes.Select(cube.Axis).ToArray();
        int[] kept = [.. cube.Select((size, axis) => reduced.Contains(axis) ? 1 : size)];
        var y = Enumerable.Repeat(identity, kept.Aggregate(1, (a, b) => a * b)).ToArray();
        Reference.Build([.. cube], index =>
        {
            var to = Reference.Flat([.. index.Select((at, axis) => reduced.Contains(axis) ? 0 : at)], kept);
            return y[to] = combine(y[to], x[Reference.Flat(index, [.. cube])]);
        });
        return y;
    }
}
