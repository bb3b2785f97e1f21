using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Masks and pruning: what is masked stays exactly 0, through optimisers with memory, files and checkpoints.</summary>
[Notes("2.1.4", "Sparse networks")]
public sealed class SparseMaskTests
{
    private Device device = null!;
    private TemporaryFolder folder = null!;

    [SetUp]
    public void Open() => (device, folder) = (Device.On(new HostRoute(1)), new TemporaryFolder());

    [TearDown]
    public void Close()
    {
        device.Dispose();
        folder.Dispose();
    }

    private static DataSet Samples(int count = 24) => DataSet.WithTargets(
        [.. Enumerable.Range(0, 4 * count).Select(i => MathF.Sin(3 * i))], [4], [.. Enumerable.Range(0, count).Select(i => MathF.Cos(5 * i))], [1]);

    private static Sequential Model() => new(new Dense(4, 6), new Tanh(), new Dense(6, 1));

    private static SparseMask EverySecond(Layer model) => new(model.Parameters.Where(ParameterChoice.Weights.Takes)
        .ToDictionary(parameter => parameter, parameter => Enumerable.Range(0, (int)parameter.Shape.Elements).Select(i => i % 2 == 0).ToArray()));

    private static IEnumerable<TestCaseData> Optimisers()
    {
        yield return new TestCaseData(new Adam(0.02f) { WeightDecay = 0.01f, ClipNorm = 1 }).SetArgDisplayNames("Adam");
        yield return new TestCaseData(new AdamW(0.02f) { WeightDecay = 0.01f }).SetArgDisplayNames("AdamW");
        yield return new TestCaseData(new Momentum(0.02f) { WeightDecay = 0.01f }).SetArgDisplayNames("Momentum");
        yield return new TestCaseData(new Nesterov(0.02f) { WeightDecay = 0.01f }).SetArgDisplayNames("Nesterov");
    }

    [TestCaseSource(nameof(Optimisers))]
    public void What_is_masked_is_exactly_zero_after_a_thousand_steps(Optimiser optimiser)
    {
        var model = Model();
        var mask = EverySecond(model);
        new Trainer(device, model, Loss.MeanSquared, optimiser) { Constraints = [mask] }.Fit(Samples(), null, epochs: 250, batch: 6);
        foreach (var parameter in mask.Parameters)
        {
            var (weights, kept) = (parameter.ToArray(), mask.Kept(parameter));
            Assert.That(weights.Where((_, i) => !kept[i]).Select(BitConverter.SingleToInt32Bits), Is.All.Zero);
            Assert.That(weights.Where((_, i) => kept[i]), Is.All.Not.Zero);
            Assert.That(optimiser.Save()[$"{parameter.Path}#0"].Where((_, i) => !kept[i]), Is.All.Zero, "no momentum gathers behind a mask");
        }
        Assert.That(mask.Sparsity, Is.EqualTo(0.5));
    }

    [Test]
    public void A_mask_holds_before_the_first_step()
    {
        var model = Model();
        var mask = EverySecond(model);
        new Trainer(device, model, Loss.MeanSquared, new Sgd(0.1f)) { Constraints = [mask] }.Fit(Samples(), null, epochs: 0);
        foreach (var parameter in mask.Parameters)
            Assert.That(parameter.ToArray().Select(weight => weight != 0), Is.EqualTo(mask.Kept(parameter)));
    }

    [Test]
    public void What_has_overflowed_is_masked_too()
    {
        var dense = new Dense(1, 3);
        dense.Weight.Set([float.PositiveInfinity, float.NaN, 2]);
        new ConstraintStep(device, dense.Parameters, [new SparseMask(new Dictionary<Parameter, bool[]> { [dense.Weight] = [false, false, true] })], new Sgd(1)).Run();
        Assert.That(dense.Weight.ToArray(), Is.EqualTo(new float[] { 0, 0, 2 }));
    }

    [Test]
    public void A_mask_is_found_again_in_a_saved_model()
    {
        var model = Model();
        new Trainer(device, model, Loss.MeanSquared, new Adam(0.02f)) { Constraints = [EverySecond(model)] }.Fit(Samples(), null, epochs: 2, batch: 6);
        model.Save(folder["model.safetensors"]);
        var other = Model();
        other.Load(folder["model.safetensors"]);
        var mask = SparseMask.OfZeros(other);
        Assert.That(mask.Parameters, Has.Count.EqualTo(2));
        foreach (var parameter in mask.Parameters)
            Assert.That(mask.Kept(parameter), Is.EqualTo(Enumerable.Range(0, (int)parameter.Shape.Elements).Select(i => i % 2 == 0)));
    }

    [Test]
    public void A_mask_of_another_size_is_refused()
    {
        var dense = new Dense(2, 3);
        Assert.That(() => new SparseMask(new Dictionary<Parameter, bool[]> { [dense.Weight] = new bool[5] }), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "SparseMask: needs a mask of 6 elements for 'weight' (2, 3), but got 5.\nGive one element for each weight, row-major."));
    }

    [Test]
    public void A_stopped_training_goes_on_with_the_masks_of_its_checkpoint()
    {
        (float[] Weights, double Sparsity) Train(string? path, Func<Layer, SparseMask> masked, long stopAt = -1)
        {
            using var here = Device.On(new HostRoute(1));
            var model = Model();
            var mask = masked(model);
            var trainer = new Trainer(here, model, Loss.MeanSquared, new Adam(0.02f))
            {
                Schedule = new CosineSchedule(4),
                Penalties = [new L2(0.01f)],
                Constraints = [mask, new MaxNorm(0.9f), new SoftThreshold(0.01f)],
            };
            Callback[] callbacks = path is null ? [] : [new Checkpoints(path, everySteps: 3), new StopAt(stopAt)];
            trainer.Fit(Samples(), null, epochs: 4, batch: 5, callbacks);
            return ([.. model.Parameters.SelectMany(parameter => parameter.ToArray())], mask.Sparsity);
        }

        var straight = Train(null, EverySecond);
        Assert.That(() => Train(folder.Path, EverySecond, stopAt: 8), Throws.TypeOf<OperationCanceledException>());
        var resumed = Train(folder.Path, model => new SparseMask(EverySecond(model).Parameters.ToDictionary(parameter => parameter, parameter => new bool[parameter.Shape.Elements])));
        Assert.That(resumed.Weights, Is.EqualTo(straight.Weights));
        Assert.That(resumed.Sparsity, Is.EqualTo(0.5));
    }

    private sealed class StopAt(long step) : Callback
    {
        public override void OnStepEnd(TrainingRun run)
        {
            if (run.Step == step)
                throw new OperationCanceledException();
        }
    }
}
