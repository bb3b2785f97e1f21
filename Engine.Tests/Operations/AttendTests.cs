using GpuNN.Operations;

namespace GpuNN.Tests;

/// <summary>Attention without a matrix of scores: values and gradients against the definition, masks, and its golden numbers.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(Attend), typeof(AttendGradient), typeof(Visibility))]
public sealed class AttendTests(Device device)
{
    private static readonly CheckOptions loose = new() { Tolerance = 5e-6, GradientTolerance = 5e-5, SecondTolerance = 1e-3, Low = -1, High = 1 };

    private static readonly Reference.AttentionSizes small = new(2, 2, 3, 5, 2, 3) { Scale = 0.7 };

    /// <summary>Sizes, and which keys are hidden.</summary>
    private static readonly Reference.AttentionSizes[] cases =
    [
        small, small with { Causal = true }, small with { Queries = 5, Keys = 3, Causal = true }, small with { Lengths = [4, 0] },
        small with { Causal = true, Lengths = [3, 5] }, new(1, 1, 1, 1, 1, 1), new(1, 3, 2, 1, 5, 1),
    ];

    [TestCaseSource(nameof(cases))]
    public void Agrees(object sizes)
    {
        var at = (Reference.AttentionSizes)sizes;
        OperationCheck.Verify(device, x => Attention.Heads(x[0], x[1], x[2], at.Heads, null, at.Causal, x.Length > 3 ? x[3] : null, (float)at.Scale),
            Shapes(at), x => Reference.Attention(at, x[0], x[1], x[2]), WithLengths(at, 3));
    }

    [Test]
    public void Agrees_with_a_mask_that_learns([Values] bool causal)
    {
        var at = small with { Items = 1, Causal = causal, Lengths = [4] };
        OperationCheck.Verify(device, x => Attention.Heads(x[0], x[1], x[2], at.Heads, x[4], at.Causal, x[3], (float)at.Scale),
            [.. Shapes(at), [at.Queries, at.Keys]], x => Reference.Attention(at, x[0], x[1], x[2], x[4]), WithLengths(at, 3));
    }

    [Test]
    public void Agrees_on_one_tensor_of_queries_keys_and_values([Values] bool causal)
    {
        var at = new Reference.AttentionSizes(2, 2, 4, 4, 3, 3) { Scale = 0.5, Causal = causal };
        var width = at.Heads * at.Width;
        OperationCheck.Verify(device, x => Attention.Heads(x[0], at.Heads, null, causal, null, 0.5f), [[2, 4, 3 * width]],
            x => Reference.Attention(at, Reference.Third(x[0], width, 0), Reference.Third(x[0], width, 1), Reference.Third(x[0], width, 2)), loose);
    }

    // More steps than a tile of a device has, heads wider than a run of its columns, and no whole vectors.
    [Test]
    public void Agrees_over_several_tiles([Values] bool causal)
    {
        var at = new Reference.AttentionSizes(1, 1, 34, 67, 35, 66) { Scale = 0.3, Causal = causal, Lengths = [65] };
        var random = new Random(3);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
        var (q, k, v, r) = (Numbers(34 * 35), Numbers(67 * 35), Numbers(67 * 66), Numbers(34 * 66));
        var results = device.Compile(graph =>
        {
            Tensor[] x = [graph.Input("q", [1, 34, 35]), graph.Input("k", [1, 67, 35]), graph.Input("v", [1, 67, 66])];
            var y = Attention.Heads(x[0], x[1], x[2], 1, null, causal, graph.Labels("lengths", [1]), 0.3f);
            return [y, .. graph.Gradients(y, x, graph.Input("r", [1, 34, 66]))];
        }, Checks.PoisonedArena).Run(Feed.Of("q", q), Feed.Of("k", k), Feed.Of("v", v), Feed.Of("lengths", new[] { 65 }, [1]), Feed.Of("r", r));
        var sources = new[] { q, k, v }.Select(values => values.Select(value => (double)value).ToArray()).ToArray();
        OperationCheck.Close(results[0].ToArray(), Reference.Attention(at, sources[0], sources[1], sources[2]), 1e-5, "value");
        for (var i = 0; i < 3; i++)
        {
            // a few numbers of each gradient; differences of all would take long
            var (gradient, own) = (results[i + 1].ToArray(), sources[i]);
            for (var e = 0; e < own.Length; e += own.Length / 9)
            {
                double Loss(double step)
                {
                    var moved = (double[])own.Clone();
                    moved[e] += step;
                    double[] Of(int which) => which == i ? moved : sources[which];
                    return Reference.Attention(at, Of(0), Of(1), Of(2)).Zip(r, (y, cotangent) => y * cotangent).Sum();
                }
                Assert.That(gradient[e], Is.EqualTo((Loss(1e-4) - Loss(-1e-4)) / 2e-4).Within(2e-4), $"operand {i}, element {e}");
            }
        }
    }

    [Test]
    public void Has_the_bits_of_one_thread([Values] bool causal)
    {
        if (device.Route is Kernels.HostRoute)
            OperationCheck.SameBits(x => Attention.Heads(x[0], 3, null, causal), [[2, 150, 3 * 3 * 20]], 2 * 150 * 60, loose);
    }

    [Test]
    public void Golden_numbers()
    {
        var result = Run(graph => [Attention.Scaled(graph.Input("q", [1, 2]), graph.Input("k", [2, 2]), graph.Input("v", [2, 1])),
            Attention.Weights(graph.Input("a", [1, 1, 2]), graph.Input("b", [1, 2, 2]))], [1, 0], [1, 0, 0, 1], [1, 2], [1, 0], [1, 0, 0, 1]);
        Assert.That(result[0], Is.EqualTo(new[] { 1.33023845f }).Within(1e-6f));
        Assert.That(result[1], Is.EqualTo(new[] { 0.66976155f, 0.33023845f }).Within(1e-6f));
    }

    [Test]
    public void The_future_changes_nothing_to_the_last_bit()
    {
        float[] now = [.. Enumerable.Range(0, 7 * 6).Select(i => MathF.Sin(i))];
        float[] then = [.. now.Select((value, i) => i < 4 * 6 ? value : 100 * value)];
        float[] Of(float[] x) => Run(graph => [Attention.Heads(graph.Input("x", [1, 7, 6]), 2, causal: true)], x)[0];
        Assert.That(Of(then).AsSpan(0, 4 * 2).ToArray(), Is.EqualTo(Of(now).AsSpan(0, 4 * 2).ToArray()));
        Assert.That(Of(then)[^1], Is.Not.EqualTo(Of(now)[^1]));
    }

    [Test]
    public void A_row_that_sees_nothing_gives_zeros_and_no_gradient()
    {
        const float hidden = float.NegativeInfinity;
        var results = Run(graph =>
        {
            Tensor[] x = [graph.Input("q", [2, 3]), graph.Input("k", [2, 3]), graph.Input("v", [2, 1])];
            var mask = graph.Input("mask", [2, 2]);
            var y = Attention.Scaled(x[0], x[1], x[2], mask);
            return [y, .. graph.Gradients(y.Sum(), x), Attention.Weights(x[0].Reshape([1, 2, 3]), x[1].Reshape([1, 2, 3]), mask: mask)];
        }, [1, 2, 3, 4, 5, 6], [3, 1, 2, 1, 3, 2], [7, 9], [hidden, hidden, 0, hidden]);
        Assert.That(results[0], Is.EqualTo(new float[] { 0, 7 }));
        Assert.That(results[1][..3], Is.All.Zero);
        Assert.That(results[2], Is.All.EqualTo(0).Within(1e-6));
        Assert.That(results[3], Is.EqualTo(new float[] { 1, 0 }));
        Assert.That(results[4], Is.EqualTo(new float[] { 0, 0, 1, 0 }));
    }

    [Test]
    public void No_keys_and_no_queries_are_allowed()
    {
        var results = Run(graph =>
        {
            var q = graph.Input("q", [2, 3]);
            var y = Attention.Scaled(q, graph.Input("k", [0, 3]), graph.Input("v", [0, 4]));
            return [y, graph.Gradients(y.Sum(), [q])[0]];
        }, [1, 2, 3, 4, 5, 6], [], []);
        Assert.That(results[0], Is.EqualTo(new float[8]));
        Assert.That(results[1], Is.EqualTo(new float[6]));
        Assert.That(Run(graph => [Attention.Scaled(graph.Input("q", [0, 3]), graph.Input("k", [1, 3]), graph.Input("v", [1, 3]))], [], [1, 2, 3], [1, 2, 3])[0], Is.Empty);
    }

    [Test]
    public void Scores_of_ten_thousands_are_no_trouble()
    {
        var y = Run(graph => [Attention.Scaled(graph.Input("q", [1, 1]), graph.Input("k", [3, 1]), graph.Input("v", [3, 1]))], [300], [100, 99, -100], [1, 2, 3])[0];
        Assert.That(y, Is.EqualTo(new float[] { 1 }));
        var no = Run(graph => [Attention.Scaled(graph.Input("q", [1, 1]), graph.Input("k", [2, 1]), graph.Input("v", [2, 1]))], [float.NaN], [1, 2], [1, 2])[0];
        Assert.That(no, Is.All.NaN, "nothing hides what is no number");
    }

    [Test]
    public void What_does_not_fit_is_refused()
    {
        void Refused(Func<Graph, Tensor> build, string text) =>
            Assert.That(() => device.Compile(build).Run(new float[1], new float[1], new float[1]), Throws.TypeOf<ShapeException>().With.Message.Contains(text));
        Refused(graph => Attention.Heads(graph.Input("x", [1, 2, 10]), 3), "share evenly");
        Refused(graph => Attention.Scaled(graph.Input("q", [2, 3]), graph.Input("k", [2, 4]), graph.Input("v", [2, 4])), "as wide as keys");
        Refused(graph => Attention.Scaled(graph.Input("q", [2, 3]), graph.Input("k", [4, 3]), graph.Input("v", [4, 3]), mask: graph.Input("m", [4, 2])), "needs a mask (2, 4)");
        Refused(graph => Attention.Scaled(graph.Input("q", [3]), graph.Input("k", [3]), graph.Input("v", [3])), "equally many axes");
    }

    private float[][] Run(Func<Graph, Tensor[]> build, params float[][] feeds)
    {
        var results = device.Compile(build, Checks.PoisonedArena).Run([.. feeds.Select(values => (Feed)values)]);
        return [.. Enumerable.Range(0, results.Count).Select(i => results[i].ToArray())];
    }

    private static Shape[] Shapes(Reference.AttentionSizes at) =>
    [
        [at.Items, at.Queries, at.Heads * at.Width], [at.Items, at.Keys, at.Heads * at.Width], [at.Items, at.Keys, at.Heads * at.Value],
        .. at.Lengths is null ? Array.Empty<Shape>() : [[at.Items]],
    ];

    private static CheckOptions WithLengths(Reference.AttentionSizes at, int place) =>
        at.Lengths is null ? loose : loose with { Integers = new Dictionary<int, int[]> { [place] = at.Lengths } };
}
