using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Optimisers through compiled functions: exact numbers, against double precision, decay, and state that is saved.</summary>
[Notes("3.1", "Optimisation")]
public sealed class OptimiserTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    [Test]
    public void Adam_makes_the_steps_of_its_paper()
    {
        var theta = new Parameter("theta", [1], Inits.Ones);
        var step = device.Compile(graph => graph.Minimise(theta.Square().Sum(), [theta], new Adam(0.1f)));
        double[] wanted = [0.9000000005, 0.8004122287, 0.7015862729];
        foreach (var value in wanted)
        {
            step.Run();
            Assert.That(theta.ToArray()[0], Is.EqualTo(value).Within(1e-7));
        }
    }

    private static IEnumerable<TestCaseData> Rules()
    {
        yield return Case(new Sgd(0.1f) { WeightDecay = 0.01f }, (p, g, s) => p - 0.1 * (g + 0.01 * p));
        yield return Case(new Momentum(0.1f), (p, g, s) => p - 0.1 * (s[0] = 0.9 * s[0] + g));
        yield return Case(new Nesterov(0.1f), (p, g, s) => p - 0.1 * (g + 0.9 * (s[0] = 0.9 * s[0] + g)));
        yield return Case(new AdaGrad(0.1f), (p, g, s) => p - 0.1 * g / (Math.Sqrt(s[0] += g * g) + 1e-10));
        yield return Case(new RmsProp(0.1f), (p, g, s) => p - 0.1 * g / (Math.Sqrt(s[0] = 0.99 * s[0] + 0.01 * g * g) + 1e-8));
        yield return Case(new Adam(0.1f), (p, g, s) => Adam(p, g, s));
        yield return Case(new AdamW(0.1f) { WeightDecay = 0.02f }, (p, g, s) => Adam(p - 0.1 * 0.02 * p, g, s));

        static TestCaseData Case(Optimiser optimiser, Func<double, double, double[], double> rule) =>
            new TestCaseData(optimiser, rule).SetArgDisplayNames(optimiser.GetType().Name);

        static double Adam(double p, double g, double[] s)
        {
            s[2]++;
            s[0] = 0.9 * s[0] + 0.1 * g;
            s[1] = 0.999 * s[1] + 0.001 * g * g;
            return p - 0.1 * s[0] / (1 - Math.Pow(0.9, s[2])) / (Math.Sqrt(s[1] / (1 - Math.Pow(0.999, s[2]))) + 1e-8);
        }
    }

    [TestCaseSource(nameof(Rules))]
    public void A_rule_agrees_with_double_precision(Optimiser optimiser, Func<double, double, double[], double> rule)
    {
        double[] start = [1, -2, 3.5, 0.25, -0.125, 7], target = [0, 1, 3, -4, 0.5, 6];
        var p = new Parameter("p", [2, 3], Inits.Values([.. start.Select(value => (float)value)]));
        var goal = new Parameter("goal", [2, 3], Inits.Values([.. target.Select(value => (float)value)]), trainable: false);
        var step = device.Compile(graph => graph.Minimise((p - goal).Square().Sum(), [p], optimiser));
        var states = start.Select(_ => new double[3]).ToArray();
        for (var time = 0; time < 5; time++)
        {
            step.Run();
            for (var i = 0; i < start.Length; i++)
                start[i] = rule(start[i], 2 * (start[i] - target[i]), states[i]);
            Assert.That(p.ToArray(), Is.EqualTo(start).Within(2e-5), $"after step {time + 1}");
        }
    }

    [Test, Notes("2.1.6", "Weight decay")]
    public void Weight_decay_shrinks_weights_by_a_factor_and_leaves_biases_alone()
    {
        var weight = new Parameter("weight", [1, 2], Inits.Values(1, -3));
        var bias = new Parameter("bias", [2], Inits.Values(1, 2));
        var step = device.Compile(graph => graph.Minimise((weight * 0 + bias * 0).Sum(), [weight, bias], new AdamW(0.1f) { WeightDecay = 0.5f }));
        for (var time = 0; time < 10; time++)
            step.Run();
        var factor = Math.Pow(1 - 0.1 * 0.5, 10);
        Assert.That(weight.ToArray(), Is.EqualTo(new[] { factor, -3 * factor }).Within(1e-6));
        Assert.That(bias.ToArray(), Is.EqualTo(new[] { 1f, 2f }));
    }

    [Test]
    public void A_new_learning_rate_takes_effect_at_the_next_step()
    {
        var p = new Parameter("p", [1], Inits.Zeros);
        var sgd = new Sgd(1);
        var step = device.Compile(graph => graph.Minimise(p.Sum(), [p], sgd));
        step.Run();
        sgd.LearningRate = 0.25f;
        step.Run();
        sgd.LearningRate = 0;
        step.Run();
        Assert.That(p.ToArray()[0], Is.EqualTo(-1.25f));
    }

    [Test]
    public void Saved_state_goes_on_to_the_bit()
    {
        float[] Steps(int first, int second, bool hop)
        {
            using var here = Device.On(new HostRoute(1));
            var p = new Parameter("p", [3], Inits.Values(1, 2, 3));
            var adam = new Adam(0.1f);
            Compiled(here, p, adam, first);
            if (!hop)
                return Compiled(here, p, adam, second);
            var state = adam.Save();
            var values = p.ToArray();
            using var there = Device.On(new HostRoute(1));
            var q = new Parameter("p", [3], Inits.Zeros);
            q.Set(values);
            var other = new Adam(0.1f);
            other.Load(state);
            return Compiled(there, q, other, second);
        }

        static float[] Compiled(Device device, Parameter p, Optimiser optimiser, int steps)
        {
            var function = device.Compile(graph => graph.Minimise((p.Square() * p.Exp()).Sum(), [p], optimiser), name: "step");
            for (var i = 0; i < steps; i++)
                function.Run();
            return p.ToArray();
        }

        Assert.That(Steps(3, 4, hop: true), Is.EqualTo(Steps(3, 4, hop: false)));
    }

    [TestCase(float.NaN)]
    [TestCase(-1e-3f)]
    [TestCase(float.PositiveInfinity)]
    public void A_learning_rate_that_is_none_is_refused(float rate) =>
        Assert.That(() => new Sgd(rate), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("learning rate"));
}
