using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Constraints: what each makes of a parameter, their order, when they run, and that running them costs no memory.</summary>
[NonParallelizable]
[Notes("2.1", "Regularising neural networks")]
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

    private static IEnumerable<TestCaseData> Linear()
    {
        TestCaseData Row(Layer layer, Shape item, int units) => new TestCaseData(layer, item, units).SetArgDisplayNames(layer.ToString()!);
        yield return Row(new Dense(5, 3), [5], 3);
        yield return Row(new Maxout(5, 3, pieces: 1), [5], 3);
        yield return Row(new Conv1D(2, 3, kernel: 2), [2, 4], 3);
        yield return Row(new Conv1D(4, 6, kernel: 2, groups: 2), [4, 3], 6);
        yield return Row(new Conv2D(2, 3, (2, 3)), [2, 3, 4], 3);
        yield return Row(new Conv2D(4, 2, 2, groups: 2), [4, 3, 3], 2);
        yield return Row(new ConvTranspose2D(2, 3, (2, 3)), [2, 3, 4], 3);
        yield return Row(new LocallyConnected2D(2, 3, (3, 4), 2), [2, 3, 4], 3 * 2 * 3);
        yield return Row(new GroupConvP4(2, 3, kernel: 2, lifting: true), [2, 3, 3], 3);
        yield return Row(new GroupConvP4(2, 3, kernel: 2), [2, 4, 3, 3], 3);
    }

    // The weights that come into a unit are what it makes of each input alone: a row of the layer's matrix.
    [TestCaseSource(nameof(Linear))]
    public void Max_norm_finds_what_comes_into_a_unit_by_itself(Layer layer, Shape item, int units)
    {
        const float Limit = 0.5f;
        var weight = layer.Parameters.Single(parameter => parameter.IsWeight);
        weight.Set(Numbers.Uniform((int)weight.Shape.Elements, seed: 5).Select(value => value + 2 * MathF.Sign(value)).ToArray());
        var inputs = (int)item.Elements;
        var map = device.Compile(graph => layer.Apply(graph.Input("x", item.Prepend(inputs))));
        new ConstraintStep(device, layer.Parameters, [new MaxNorm(Limit)], new Sgd(1)).Run();
        var identity = Enumerable.Range(0, inputs * inputs).Select(i => i % (inputs + 1) == 0 ? 1f : 0).ToArray();
        var columns = map.Run(identity)[0].ToArray();
        var outputs = columns.Length / inputs;
        double[] norms = [.. Enumerable.Range(0, outputs).Select(to => Math.Sqrt(Enumerable.Range(0, inputs).Sum(from => Math.Pow(columns[from * outputs + to], 2))))];
        // Every unit's weights were too long; where a window reaches over the edge a place feels only some of them.
        foreach (var places in norms.Chunk(outputs / units))
            Assert.That(places.Max(), Is.EqualTo(Limit).Within(1e-5));
    }

    [Test]
    public void Max_norm_refuses_what_has_no_axes_of_units()
    {
        var bias = new Parameter("bias", [3], Inits.Ones);
        Assert.That(() => new ConstraintStep(device, [bias], [new MaxNorm(1) { On = ParameterChoice.Of(bias) }], new Sgd(1)).Run(),
            Throws.ArgumentException.With.Message.EqualTo("MaxNorm: needs to know which axes of 'bias' (3) come into one unit, but it is no weight.\nSet Axes, or choose other parameters by On."));
        var grouped = new ConvTranspose2D(4, 4, 2, groups: 2);
        Assert.That(() => new ConstraintStep(device, grouped.Parameters, [new MaxNorm(1)], new Sgd(1)).Run(),
            Throws.ArgumentException.With.Message.Contains("'weight' (4, 2, 2, 2)").And.Message.Contains("do not fill whole axes"));
    }

    [Test]
    public void Biases_and_gains_of_several_axes_are_no_weights()
    {
        Parameter[] none = [new LocallyConnected2D(1, 2, 3, 2).Bias!, new LayerNorm([2, 3]).Gain, new LayerNorm([2, 3]).Bias, new InputNormalisation([2, 3]).Scale];
        Assert.That(none.Select(ParameterChoice.Weights.Takes), Is.All.False);
        var norm = new LayerNorm([2, 3]);
        device.Compile(graph => graph.Minimise(0f * norm.Gain.Sum(), norm.Parameters, new Sgd(1) { WeightDecay = 0.5f })).Run();
        Assert.That(norm.Gain.ToArray(), Is.All.EqualTo(1), "they do not decay either");
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

    [Test]
    public void The_rate_is_the_parameters_own_and_follows_it_without_recording_again()
    {
        Parameter Made(float scale) => new($"w {scale}", [1, 2], Inits.Values(1, -1)) { RateScale = scale };
        var (whole, half, still) = (Made(1), Made(0.5f), Made(0));
        var counter = new Counter();
        var step = new ConstraintStep(device, [whole, half, still], [new SoftThreshold(0.5f), counter], new Sgd(0.5f));
        step.Run();
        Assert.That(whole.ToArray(), Is.EqualTo(new[] { 0.75f, -0.75f }));
        Assert.That(half.ToArray(), Is.EqualTo(new[] { 0.875f, -0.875f }));
        Assert.That(still.ToArray(), Is.EqualTo(new[] { 1f, -1f }));
        var recordings = counter.Recordings;
        (whole.RateScale, half.RateScale) = (0, 2);
        step.Run();
        Assert.That(whole.ToArray(), Is.EqualTo(new[] { 0.75f, -0.75f }));
        Assert.That(half.ToArray(), Is.EqualTo(new[] { 0.375f, -0.375f }));
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
        Assert.That(GarbageMeter.Least(() =>
        {
            for (var time = 0; time < 1000; time++)
            {
                sgd.LearningRate = 1f / (time + 1);
                step.Run();
            }
        }), Is.Zero);
    }

    [Test]
    public void One_that_does_not_go_by_the_rate_allocates_nothing_when_it_changes()
    {
        var dense = new Dense(20, 10);
        var sgd = new Sgd(0.1f);
        var step = new ConstraintStep(device, dense.Parameters, [new MaxNorm(1)], sgd);
        step.Run();
        Assert.That(GarbageMeter.Least(() =>
        {
            for (var time = 0; time < 100; time++)
            {
                sgd.LearningRate = 1f / (time + 1);
                step.Run();
            }
        }), Is.Zero);
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
