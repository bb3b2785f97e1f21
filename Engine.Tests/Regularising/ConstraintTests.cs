using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Constraints: what each makes of a parameter, their order, when they run, and that running them costs no memory.</summary>
[NonParallelizable]
public sealed class ConstraintTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private float[] After(float[] values, Shape shape, Optimiser optimiser, params Constraint[] constraints)
    {
        var w = new Parameter("w", shape, Inits.Values(values));
        new ConstraintStep(device, [w], constraints, optimiser).Run();
        return w.ToArray();
    }

    [Test, Notes("2.1.2", "Dropout, and dropout layers")]
    public void Max_norm_scales_only_the_columns_that_are_too_long()
    {
        float[] values = [3, 0.3f, 0, -4, 0.4f, 0];
        var limited = After(values, [2, 3], new Sgd(1), new MaxNorm(2));
        Assert.That(new[] { limited[0], limited[3] }, Is.EqualTo(new[] { 1.2, -1.6 }).Within(1e-6), "(3, -4) has the norm 5");
        Assert.That(new[] { limited[1], limited[4] }, Is.EqualTo(new[] { 0.3f, 0.4f }), "a shorter one keeps its bits");
        Assert.That(new[] { limited[2], limited[5] }, Is.All.Zero);
    }

    [Test]
    public void Max_norm_of_a_convolution_is_that_of_each_filter()
    {
        var values = Enumerable.Range(0, 2 * 3 * 2 * 2).Select(i => i < 12 ? 1f : 0.1f).ToArray();
        var limited = After(values, [2, 3, 2, 2], new Sgd(1), new MaxNorm(1.5f));
        Assert.That(limited[..12], Is.All.EqualTo(1.5 / Math.Sqrt(12)).Within(1e-6));
        Assert.That(limited[12..], Is.All.EqualTo(0.1f));
        var places = After(values, [2, 3, 2, 2], new Sgd(1), new MaxNorm(1.5f) { Axes = [1] });
        Assert.That(places[..12], Is.All.EqualTo(1.5 / Math.Sqrt(3)).Within(1e-6));
    }

    [Test, Notes("2.1.2", "Dropout, and dropout layers")]
    public void Training_with_dropout_keeps_every_norm()
    {
        Dense first = new(4, 8), second = new(8, 3);
        var model = new Sequential(new Dropout(0.2f), first, new Relu(), new Dropout(0.5f), second);
        var labels = Enumerable.Range(0, 60).Select(i => i % 3).ToArray();
        var data = DataSet.WithLabels([.. labels.SelectMany(label => Enumerable.Range(0, 4).Select(c => c == label ? 1f : 0f))], [4], labels, 3);
        new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Momentum(0.5f)) { Constraints = [new MaxNorm(1)] }.Fit(data, null, epochs: 5, batch: 10);
        double[] norms = [.. Norms(first), .. Norms(second)];
        Assert.That(norms, Is.All.LessThanOrEqualTo(1 + 1e-6));
        Assert.That(norms.Count(norm => norm > 1 - 1e-6), Is.GreaterThan(3), "else the limit was not felt");

        static IEnumerable<double> Norms(Dense dense) => Enumerable.Range(0, dense.Outputs).Select(unit =>
            Math.Sqrt(Enumerable.Range(0, dense.Inputs).Sum(row => Math.Pow(dense.Weight.ToArray()[row * dense.Outputs + unit], 2))));
    }

    [Test, Notes("4.2.3", "Curse of dimensionality")]
    public void A_soft_threshold_ends_at_zero_and_follows_the_rate_without_recording_again()
    {
        const float Rate = 0.5f, Lambda = 0.5f, Threshold = Rate * Lambda;
        var w = new Parameter("w", [1, 6], Inits.Values(1, -1, Threshold, -Threshold, 0.1f, 0));
        var (sgd, counter) = (new Sgd(Rate), new Counter());
        var step = new ConstraintStep(device, [w], [new SoftThreshold(Lambda), counter], sgd);
        step.Begin();
        Assert.That(w.ToArray()[0], Is.EqualTo(1), "it is no projection, so it begins after the first step");
        step.Run();
        Assert.That(w.ToArray(), Is.EqualTo(new[] { 0.75f, -0.75f, 0, 0, 0, 0 }));
        var recordings = counter.Recordings;
        sgd.LearningRate = 1;
        step.Run();
        Assert.That(w.ToArray()[..2], Is.EqualTo(new[] { 0.25f, -0.25f }));
        Assert.That(counter.Recordings, Is.EqualTo(recordings));
    }

    [Test, Notes("2.1.6", "Weight decay")]
    public void Without_a_gradient_weights_decay_as_a_power_of_the_factor()
    {
        const float Factor = 0.97f;
        const int Steps = 30;
        Parameter weight = new("weight", [1, 2], Inits.Values(1, -0.5f)), bias = new("bias", [2], Inits.Zeros);
        bias.Set([1, 1]);
        var step = new ConstraintStep(device, [weight, bias], [new WeightDecay(Factor)], new Adam(0.1f));
        for (var time = 0; time < Steps; time++)
            step.Run();
        Assert.That(weight.ToArray(), Is.EqualTo(new[] { Math.Pow(Factor, Steps), -0.5 * Math.Pow(Factor, Steps) }).Within(1e-6));
        Assert.That(bias.ToArray(), Is.All.EqualTo(1));
    }

    [Test]
    public void Several_act_one_after_the_other()
    {
        Assert.That(After([6, 8], [2, 1], new Sgd(1), new MaxNorm(5), new SoftThreshold(1)), Is.EqualTo(new float[] { 2, 3 }).Within(1e-6));
        Assert.That(After([6, 8], [2, 1], new Sgd(1), new SoftThreshold(1), new MaxNorm(5)), Is.EqualTo(new[] { 25 / Math.Sqrt(74), 35 / Math.Sqrt(74) }).Within(1e-5));
    }

    [Test]
    public void What_is_frozen_is_left_alone_until_it_is_set_free()
    {
        var w = new Parameter("w", [1, 1], Inits.Zeros, trainable: false);
        w.Set([4]);
        var step = new ConstraintStep(device, [w], [new MaxNorm(1)], new Sgd(1));
        step.Run();
        Assert.That(w.ToArray()[0], Is.EqualTo(4));
        w.Trainable = true;
        step.Run();
        Assert.That(w.ToArray()[0], Is.EqualTo(1));
    }

    [Test]
    public void Beside_a_step_of_ones_own_they_do_what_a_trainer_does()
    {
        float[] Train(bool own)
        {
            using var here = Device.On(new HostRoute(1));
            var dense = new Dense(2, 2);
            var data = DataSet.WithTargets([1, 2, 3, 4, 5, 6, 7, 9], [2], [1, 0, 2, 1, 0, 1, 3, 1], [2]);
            var momentum = new Momentum(0.05f);
            Constraint[] constraints = [new MaxNorm(0.6f), new SoftThreshold(0.01f)];
            if (!own)
            {
                new Trainer(here, dense, Loss.MeanSquared, momentum) { Constraints = constraints, Penalties = [new L2(0.1f)] }.Fit(data, null, epochs: 6, batch: 4);
                return dense.Weight.ToArray();
            }
            var step = here.Compile(graph => graph.Minimise(
                Loss.MeanSquared.Of(dense.Apply(graph.Input("x", [graph.Batch, 2])), graph.Input("y", [graph.Batch, 2])) + new L2(0.1f).Of(dense.Parameters),
                dense.Parameters, momentum, constraints));
            var constrain = new ConstraintStep(here, dense.Parameters, constraints, momentum);
            constrain.Begin();
            for (var time = 0; time < 6; time++)
            {
                step.Run(data.Inputs.ToArray(), data.Targets.ToArray());
                constrain.Run();
            }
            return dense.Weight.ToArray();
        }
        Assert.That(Train(own: true), Is.EqualTo(Train(own: false)).Within(1e-6), "the trainer shuffles the rows of its one batch");
    }

    [Test]
    public void Running_them_allocates_nothing()
    {
        var dense = new Dense(20, 10);
        var sgd = new Sgd(0.1f);
        var step = new ConstraintStep(device, dense.Parameters, [new MaxNorm(1), new SoftThreshold(1e-6f)], sgd);
        for (var time = 0; time < 100; time++)
            step.Run();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var time = 0; time < 1000; time++)
        {
            sgd.LearningRate = 1f / (time + 1);
            step.Run();
        }
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.Zero);
    }

    [Test]
    public void Settings_that_are_none_are_refused()
    {
        foreach (var limit in new[] { 0, -1, float.NaN, float.PositiveInfinity })
            Assert.That(() => new MaxNorm(limit), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("MaxNorm: the limit must be a finite number above 0"));
        foreach (var factor in new[] { 0, 1, 1.1f, float.NaN })
            Assert.That(() => new WeightDecay(factor), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("WeightDecay: the factor must lie between 0 and 1"));
        foreach (var lambda in new[] { -1, float.NaN })
            Assert.That(() => new SoftThreshold(lambda), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("SoftThreshold: the strength"));
    }

    private sealed class Counter : Constraint
    {
        public int Recordings { get; private set; }

        public override Tensor Of(Parameter parameter, Tensor value, Tensor rate)
        {
            Recordings++;
            return value;
        }
    }
}
