namespace GpuNN.Tests;

/// <summary>
/// Random numbers of functions: their statistics within 5 standard errors, equal bits on all devices, new ones at every step,
/// other ones for another key.
/// </summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(Operations.Uniform), typeof(Operations.Normal), typeof(Operations.Mask), typeof(Operations.Bernoulli))]
public sealed class RandomNumberTests(Device device)
{
    private const int Count = 2003;

    [Test]
    public void Uniforms_have_their_moments()
    {
        var u = Draw(graph => graph.Uniform([Count]), 1)[0];
        Assert.That(u, Is.All.InRange(0f, 1f).And.All.LessThan(1f));
        Near(u.Average(), 0.5, Math.Sqrt(1.0 / 12 / Count), "mean");
        Near(u.Average(v => (double)v * v), 1.0 / 3, Math.Sqrt(4.0 / 45 / Count), "second moment");
        Near(u.Zip(u.Skip(1), (a, b) => (a - 0.5) * (b - 0.5)).Average(), 0, 1.0 / 12 / Math.Sqrt(Count), "neighbours");
    }

    [Test]
    public void Normals_have_their_moments()
    {
        var z = Draw(graph => graph.Normal([Count]), 1)[0];
        Near(z.Average(v => (double)v), 0, 1 / Math.Sqrt(Count), "mean");
        Near(z.Average(v => (double)v * v), 1, Math.Sqrt(2.0 / Count), "second moment");
        Near(z.Average(v => Math.Pow(v, 3)), 0, Math.Sqrt(15.0 / Count), "third moment");
        Near(z.Average(v => Math.Pow(v, 4)), 3, Math.Sqrt(96.0 / Count), "fourth moment");
        Near(z.Zip(z.Skip(1), (a, b) => (double)a * b).Average(), 0, 1 / Math.Sqrt(Count), "neighbours");
    }

    [Test]
    public void Masks_hit_with_their_probability()
    {
        var masks = Draw(graph => graph.Mask([Count], 0.3f, 2), 1)[0];
        Assert.That(masks.Distinct(), Is.EquivalentTo(new[] { 0f, 2f }));
        Near(masks.Average() / 2, 0.3, Math.Sqrt(0.21 / Count), "mask");
        Assert.That(Draw(graph => graph.Mask([5], 0), 1)[0], Is.All.Zero);
        Assert.That(Draw(graph => graph.Mask([5], 1, 3), 1)[0], Is.All.EqualTo(3));
        Assert.That(() => Draw(graph => graph.Mask([5], 1.5f), 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("must lie in [0, 1], but is 1.5"));
    }

    [Test]
    public void Each_element_has_its_own_probability()
    {
        var function = device.Compile(graph => graph.Input("p", [3, Count]).Bernoulli(), Checks.PoisonedArena);
        var y = function.Run(Enumerable.Range(0, 3 * Count).Select(i => 0.5f * (i / Count)).ToArray())[0].ToArray();
        Assert.That(y[..Count], Is.All.Zero);
        Assert.That(y[(2 * Count)..], Is.All.EqualTo(1));
        Near(y[Count..(2 * Count)].Average(), 0.5, 0.5 / Math.Sqrt(Count), "half");
    }

    [Test]
    public void A_random_number_has_no_gradient()
    {
        var function = device.Compile(graph =>
        {
            var p = graph.Input("p", [4]);
            return graph.Gradients((p.Bernoulli() * p).Sum(), [p])[0] - p.Bernoulli() * 0f;
        }, Checks.PoisonedArena);
        Assert.That(function.Run(new float[] { 0, 1, 0, 1 })[0].ToArray(), Is.EqualTo(new float[] { 0, 1, 0, 1 }));
    }

    [Test]
    public void Every_step_draws_anew_and_a_step_set_back_draws_the_same()
    {
        var function = device.Compile(graph => graph.Uniform([7]), name: "steps");
        var first = function.Run()[0].ToArray();
        var second = function.Run()[0].ToArray();
        Assert.That(second.Intersect(first), Is.Empty);
        Assert.That(function.Step, Is.EqualTo(2));
        function.Step = 0;
        Assert.That(function.Run()[0].ToArray(), Is.EqualTo(first));
        function.Step = 1;
        Assert.That(function.Run()[0].ToArray(), Is.EqualTo(second));
        function.Step = 5_000_000_000;
        Assert.That(function.Run()[0].ToArray().Intersect(first), Is.Empty);
        Assert.That(function.Step, Is.EqualTo(5_000_000_001));
    }

    [Test]
    public void Places_functions_and_seeds_have_streams_of_their_own()
    {
        float[][] Two(string name) => Draw(graph => graph.Uniform([50]), graph => graph.Uniform([50]), name);
        var a = Two("a");
        Assert.That(a[1].Intersect(a[0]), Is.Empty, "two nodes");
        Assert.That(Two("b")[0].Intersect(a[0]), Is.Empty, "two functions");
        Assert.That(Two("a")[0], Is.EqualTo(a[0]), "one name");
        using var own = Device.On(Devices.Open("cpu"));
        own.Parameters.Seed = device.Parameters.Seed + 1;
        Assert.That(own.Compile(graph => graph.Uniform([50]), name: "a").Run()[0].ToArray().Intersect(a[0]), Is.Empty, "two seeds");
    }

    [Test]
    public void All_devices_draw_the_same()
    {
        foreach (var other in new[] { Devices.Host(1, 4), Devices.Host(3, 8), Devices.Host(5, 16) })
        {
            Assert.That(On(device, graph => graph.Uniform([101])), Is.EqualTo(On(other, graph => graph.Uniform([101]))), "uniform bits");
            Assert.That(On(device, graph => graph.Mask([101], 0.4f, 2.5f)), Is.EqualTo(On(other, graph => graph.Mask([101], 0.4f, 2.5f))), "mask bits");
            Assert.That(On(device, graph => (graph.Uniform([101]) * 1f).Bernoulli()), Is.EqualTo(On(other, graph => (graph.Uniform([101]) * 1f).Bernoulli())), "Bernoulli bits");
            Assert.That(On(device, graph => graph.Normal([101])), Is.EqualTo(On(other, graph => graph.Normal([101]))).Within(1e-6), "normals");
        }
    }

    [Test]
    public void Shapes_may_be_empty_or_odd()
    {
        Assert.That(Draw(graph => graph.Normal([0, 3]), 1)[0], Is.Empty);
        var (one, many) = (Draw(graph => graph.Uniform([1]), 1)[0], Draw(graph => graph.Uniform([3, 3]), 1)[0]);
        Assert.That(many[0], Is.EqualTo(one[0]), "an element's number does not depend on the shape");
    }

    private float[][] Draw(Func<Graph, Tensor> draw, int times)
    {
        var function = device.Compile(draw, Checks.PoisonedArena, name: "draw");
        return [.. Enumerable.Range(0, times).Select(_ => function.Run()[0].ToArray())];
    }

    private float[][] Draw(Func<Graph, Tensor> one, Func<Graph, Tensor> two, string name)
    {
        var results = device.Compile(graph => [one(graph), two(graph)], Checks.PoisonedArena, name: name).Run();
        return [results[0].ToArray(), results[1].ToArray()];
    }

    private static float[] On(Device device, Func<Graph, Tensor> draw) => device.Compile(draw, name: "same").Run()[0].ToArray();

    private static void Near(double got, double wanted, double error, string what) => Assert.That(got, Is.EqualTo(wanted).Within(5 * error), what);
}
