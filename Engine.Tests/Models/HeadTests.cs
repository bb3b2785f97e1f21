using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>A head that is replaced or begins anew: fresh weights and state there, not a bit changed elsewhere.</summary>
[Notes("8.1.2", "Resetting parameters")]
public sealed class HeadTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private static DataSet Set(int classes) => DataSet.WithLabels([.. Enumerable.Range(0, 80).Select(i => MathF.Sin(3 + 2.3f * i * i))], [4], [.. Enumerable.Range(0, 20).Select(i => i % classes)], classes);

    private static Sequential Model(int classes = 3) => new(new Dense(4, 6), new BatchNorm(6), new Relu(), new Dense(6, classes));

    private Trainer Make(Layer model) => new(device, model, Loss.SoftmaxCrossEntropy, new Adam(0.05f)) { Seed = 3 };

    private static float[][] Values(Layer layer) => [.. layer.Parameters.Select(parameter => parameter.ToArray())];

    private static Dictionary<string, float[]> Body(IReadOnlyDictionary<string, float[]> state) => state.Where(pair => !pair.Key.StartsWith("3.")).ToDictionary();

    [Test]
    public void A_reset_layer_is_new_and_all_others_are_the_same_to_the_bit()
    {
        var model = Model();
        var trainer = Make(model);
        trainer.Evaluate(Set(3));
        var fresh = Values(model.Parts[3]);
        trainer.Fit(Set(3), null, epochs: 3, batch: 5);
        float[][] body = [.. Values(model.Parts[0]), .. Values(model.Parts[1])];
        var state = trainer.Optimiser.Save();
        trainer.Reset(model.Parts[3]);
        var after = trainer.Optimiser.Save();
        Assert.Multiple(() =>
        {
            Assert.That(Values(model.Parts[3]), Is.EqualTo(fresh), "as in a new model");
            Assert.That((float[][])[.. Values(model.Parts[0]), .. Values(model.Parts[1])], Is.EqualTo(body));
            Assert.That(Body(after), Is.EqualTo(Body(state)));
            Assert.That(after["3.weight#0"].Concat(after["3.weight#1"]), Is.All.Zero, "no stale momentum");
            Assert.That(state["3.weight#0"], Is.Not.All.Zero);
            Assert.That(OptimiserScalars.In(after["3.weight#scalars"].AsSpan()).Step, Is.Zero);
            Assert.That(OptimiserScalars.In(after["0.weight#scalars"].AsSpan()).Step, Is.EqualTo(12));
        });
    }

    [Test]
    public void A_forgotten_parameter_steps_as_at_first_and_the_others_go_on()
    {
        Parameter p = new("p", [2], Inits.Values(1, 2)), q = new("q", [2], Inits.Values(3, 4)), alone = new("alone", [2], Inits.Values(1, 2));
        Adam both = new(0.1f), single = new(0.1f);
        var step = device.Compile(graph => graph.Minimise(p.Square().Sum() + q.Square().Sum(), [p, q], both));
        var reference = device.Compile(graph => graph.Minimise(alone.Square().Sum(), [alone], single));
        for (var i = 0; i < 5; i++)
        {
            step.Run();
            reference.Run();
        }
        q.Set([3, 4]);
        both.Forget([q]);
        step.Run();
        reference.Run();
        Assert.That(p.ToArray(), Is.EqualTo(alone.ToArray()));
        Assert.That(q.ToArray(), Is.EqualTo(new[] { 2.9f, 3.9f }).Within(1e-6f), "the first step of Adam is the rate");
    }

    [Test]
    public void A_trained_function_sees_the_new_head([Values(3, 5)] int classes)
    {
        var model = Model();
        var trainer = Make(model);
        trainer.Fit(Set(3), Set(3), epochs: 3, batch: 5);
        Assert.That(trainer.Predict(Set(3)), Has.Length.EqualTo(60));
        float[][] body = [.. Values(model.Parts[0]), .. Values(model.Parts[1])];
        var old = (Dense)model.Parts[3];
        var kept = Values(old);
        var state = Body(trainer.Optimiser.Save());
        var head = model.ReplaceHead(classes);

        Assert.That(trainer.Predict(Set(classes)), Has.Length.EqualTo(20 * classes));
        Assert.That(model.Parts[3], Is.SameAs(head));
        Assert.That((head.Path, head.Weight.Path, model.Outputs, old.Path), Is.EqualTo(("3", "3.weight", classes, "")));
        Assert.That((float[][])[.. Values(model.Parts[0]), .. Values(model.Parts[1])], Is.EqualTo(body));
        Assert.That(Values(head)[0], Is.Not.EqualTo(kept[0]));

        trainer.Fit(Set(classes), Set(classes), epochs: 1, batch: 5);
        Assert.That(Values(old), Is.EqualTo(kept), "the old head is out of it");
        Assert.That(Values(head)[1], Is.All.Not.Zero, "the new one learns");
        var after = trainer.Optimiser.Save(model.Parameters);
        Assert.That(OptimiserScalars.In(after["3.weight#scalars"].AsSpan()).Step, Is.EqualTo(4));
        Assert.That(OptimiserScalars.In(after["0.weight#scalars"].AsSpan()).Step, Is.EqualTo(16));
        Assert.That(Body(after)["0.weight#0"], Is.Not.EqualTo(state["0.weight#0"]));
    }

    [Test]
    public void Constraints_hold_for_the_new_head()
    {
        const float Limit = 0.1f;
        var model = Model();
        var trainer = new Trainer(device, model, new SoftmaxCrossEntropyLoss(), new Sgd(0.1f)) { Constraints = [new MaxNorm(Limit)] };
        trainer.Fit(Set(3), epochs: 1, batch: 5);
        var head = model.ReplaceHead(5);
        trainer.Fit(Set(5), epochs: 1, batch: 5);
        var weights = head.Weight.ToArray();
        for (var unit = 0; unit < 5; unit++)
            Assert.That(Math.Sqrt(weights.Where((_, i) => i % 5 == unit).Sum(weight => (double)weight * weight)), Is.AtMost(Limit * 1.0001));
    }

    [Test]
    public void A_model_with_a_new_head_is_saved_and_comes_back()
    {
        using var folder = new TemporaryFolder();
        var model = Model();
        model.ReplaceHead(5);
        var trainer = Make(model);
        var wanted = trainer.Predict(Set(5));
        model.Save(folder["model.safetensors"]);
        var other = Model(5);
        Assert.That(other.Load(folder["model.safetensors"]).IsComplete);
        Assert.That(Make(other).Predict(Set(5)), Is.EqualTo(wanted));
    }

    [Test]
    public void What_has_no_head_is_refused()
    {
        Assert.That(() => new Sequential(new Relu()).ReplaceHead(2), Throws.InvalidOperationException.With.Message.Contains("needs a dense layer"));
        Assert.That(() => new Sequential(new Dense(2, 3), new BatchNorm(3)).ReplaceHead(2), Throws.InvalidOperationException.With.Message.Contains("BatchNorm(3) follows it"));
        Assert.That(() => Model().ReplaceHead(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Make(Model()).Reset(new Dense(4, 6)), Throws.ArgumentException.With.Message.Contains("a part of the model"));
    }
}
