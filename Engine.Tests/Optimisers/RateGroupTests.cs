using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Parameters with rates of their own: exact steps, the same bits, on every device, changed without a new recording.</summary>
[Notes("8.1.1", "Learning rate")]
public sealed class RateGroupTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(2));

    [TearDown]
    public void Close() => device.Dispose();

    private static Func<Optimiser>[] Rules() =>
    [
        () => new Sgd(0.1f) { WeightDecay = 0.5f }, () => new Momentum(0.1f), () => new Nesterov(0.1f), () => new AdaGrad(0.1f),
        () => new RmsProp(0.1f), () => new Adam(0.1f), () => new AdamW(0.1f) { WeightDecay = 0.5f },
    ];

    // Three weights and a bias side by side; the one in the middle of the weights has half the rate.
    private static float[][] Steps(Device device, Func<Optimiser> rule, Action<Parameter[]> rates, float rate = 0.1f, int steps = 4)
    {
        Parameter[] all = [.. new Bare().Parameters];
        rates(all);
        var optimiser = rule();
        optimiser.LearningRate = rate;
        var step = device.Compile(graph => graph.Minimise(all.Select(p => (p - 3f).Square().Sum()).Aggregate((a, b) => a + b), all, optimiser), Checks.PoisonedArena);
        for (var i = 0; i < steps; i++)
            step.Run();
        return Array.ConvertAll(all, parameter => parameter.ToArray());
    }

    [Test]
    public void A_group_steps_to_the_bit_as_if_it_were_alone_with_its_rate([ValueSource(nameof(Rules))] Func<Optimiser> rule)
    {
        var mixed = Steps(device, rule, all => (all[1].RateScale, all[3].RateScale) = (0.5f, 0.25f));
        var (full, half, quarter) = (Steps(device, rule, _ => { }), Steps(device, rule, _ => { }, rate: 0.05f), Steps(device, rule, _ => { }, rate: 0.025f));
        Assert.That(mixed, Is.EqualTo(new[] { full[0], half[1], full[2], quarter[3] }));
        Assert.That(half[1], Is.Not.EqualTo(full[1]));
    }

    [Test]
    public void All_devices_agree([ValueSource(typeof(Devices), nameof(Devices.Names))] string name)
    {
        foreach (var rule in Rules())
        {
            var here = Steps(device, rule, all => all[1].RateScale = 0.5f);
            var there = Steps(Devices.Shared(name), rule, all => all[1].RateScale = 0.5f);
            foreach (var (a, b) in here.Zip(there))
                Assert.That(b, Is.EqualTo(a).Within(1e-6f), $"{rule()}");
        }
    }

    [Test]
    public void A_new_scale_takes_effect_at_the_next_step_and_records_nothing_anew()
    {
        Parameter p = new("p", [2], Inits.Zeros), q = new("q", [2], Inits.Zeros);
        var sgd = new Sgd(1);
        var recorded = 0;
        var step = device.Compile(graph =>
        {
            recorded++;
            graph.Minimise(p.Sum() + q.Sum(), [p, q], sgd);
        });
        step.Run();
        var once = recorded;
        q.RateScale = 0.25f;
        step.Run();
        q.RateScale = 0;
        step.Run();
        (p.RateScale, q.RateScale) = (0.5f, 0.5f);
        step.Run();
        Assert.That((p.ToArray()[0], q.ToArray()[0]), Is.EqualTo((-3.5f, -1.75f)));
        Assert.That(recorded, Is.EqualTo(once));
    }

    [Test]
    public void Momentum_and_the_count_of_steps_survive_a_change_of_groups()
    {
        float[] Run(bool apart)
        {
            Parameter p = new("p", [2], Inits.Values(1, 2)), q = new("q", [2], Inits.Values(3, 4));
            var adam = new Adam(0.1f);
            var step = device.Compile(graph => graph.Minimise(p.Square().Sum() + q.Square().Sum(), [p, q], adam));
            for (var i = 0; i < 9; i++)
            {
                q.RateScale = 1;
                if (apart && i % 3 == 1)
                {
                    // The group is made and left again without a step.
                    q.RateScale = 0.5f;
                    adam.Slab(device, [p, q]).PushRate(0.1f);
                    q.RateScale = 1;
                }
                step.Run();
            }
            return [.. p.ToArray(), .. q.ToArray()];
        }

        Assert.That(Run(apart: true), Is.EqualTo(Run(apart: false)));
    }

    [Test]
    public void Gradients_of_all_groups_are_clipped_by_one_norm()
    {
        Parameter p = new("p", [1], Inits.Zeros), q = new("q", [1], Inits.Zeros);
        q.RateScale = 0.5f;
        var sgd = new Sgd(1) { ClipNorm = 1 };
        device.Compile(graph => graph.Minimise(p.Sum() * 3f + q.Sum() * 4f, [p, q], sgd)).Run();
        Assert.That(p.ToArray()[0], Is.EqualTo(-0.6f).Within(1e-7f), "3 / 5");
        Assert.That(q.ToArray()[0], Is.EqualTo(-0.4f).Within(1e-7f), "0.5 * 4 / 5");
        Assert.That(sgd.GradientNorm, Is.EqualTo(5));
    }

    [Test]
    public void Saved_groups_go_on_to_the_bit()
    {
        float[] Run(bool hop)
        {
            Parameter p = new("p", [2], Inits.Values(1, 2)), q = new("q", [2], Inits.Values(3, 4));
            q.RateScale = 0.5f;
            var adam = new Adam(0.1f);
            Function Compile(Optimiser optimiser) => device.Compile(graph => graph.Minimise((p.Square() * p).Sum() + (q.Square() * q).Sum(), [p, q], optimiser));
            var step = Compile(adam);
            for (var i = 0; i < 3; i++)
                step.Run();
            adam.Forget([q]);
            step.Run();
            if (hop)
            {
                var other = new Adam(0.1f);
                other.Load(adam.Save());
                step = Compile(other);
            }
            step.Run();
            return [.. p.ToArray(), .. q.ToArray()];
        }

        Assert.That(Run(hop: true), Is.EqualTo(Run(hop: false)));
    }

    [Test]
    public void Steps_with_groups_allocate_nothing()
    {
        Parameter p = new("p", [20], Inits.Ones), q = new("q", [20], Inits.Ones);
        q.RateScale = 0.5f;
        var adam = new Adam(0.01f) { ClipNorm = 1 };
        var step = device.Compile(graph => graph.Minimise(p.Square().Sum() + q.Square().Sum(), [p, q], adam));
        for (var i = 0; i < 100; i++)
            step.Run();
        // What other threads of the process leave behind does not come three times in a row; what a step allocates does.
        var least = Enumerable.Range(0, 3).Min(_ =>
        {
            var before = GC.GetTotalAllocatedBytes(true);
            for (var i = 0; i < 500; i++)
            {
                adam.LearningRate = 0.01f / (i + 1);
                step.Run();
            }
            return GC.GetTotalAllocatedBytes(true) - before;
        });
        Assert.That(least, Is.Zero);
    }

    [TestCase(float.NaN)]
    [TestCase(-1f)]
    [TestCase(float.PositiveInfinity)]
    public void A_scale_that_is_none_is_refused(float scale) => Assert.That(
        () => new Parameter("p", [1], Inits.Zeros).RateScale = scale, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("'p'").And.Message.Contains("0 or more"));

    [Test]
    public void Discriminative_rates_fall_by_2_6_from_layer_to_layer()
    {
        var model = new Sequential(new Dense(3, 3), new Relu(), new Sequential(new Dense(3, 3), new BatchNorm(3)), new Dense(3, 2));
        DiscriminativeRates.Set(model);
        Assert.That(model.Parts.Select(part => part.RateScale), Is.EqualTo(new[] { (float)(1 / 2.6f / (double)2.6f), 1, (float)(1 / (double)2.6f), 1 }));
        Assert.That(model.RateScale, Is.NaN, "its parts differ");
        DiscriminativeRates.Set(model, factor: 1);
        Assert.That(model.RateScale, Is.EqualTo(1));
        Assert.That(() => DiscriminativeRates.Set(model, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("above 0"));
    }

    private sealed class Bare : Layer
    {
        public Bare()
        {
            Own("a", [2, 3], Inits.Values(1, -2, 3, 0.5f, 7, -1));
            Own("b", [1, 2], Inits.Values(2, -5));
            Own("c", [2, 2], Inits.Values(4, 1, 0, -3));
            Own("bias", [3], Inits.Values(1, 0, -1));
        }

        public override Tensor Forward(Tensor x) => x;
    }
}
