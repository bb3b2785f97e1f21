using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Elastic weight consolidation: the Fisher information by hand, the formula, and where explicit steps diverge.</summary>
[Notes("8.1.4", "Catastrophic interference")]
public sealed class ElasticWeightConsolidationTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private static Dense Line(float slope) => new(1, 1, bias: false, Inits.Constant(slope));

    private static DataSet Point(float x, float y) => DataSet.WithTargets([x], [1], [y], [1]);

    // The gradient of (w x - y)^2 / 2 by w is (w x - y) x.
    private ElasticWeightConsolidation Consolidated(Dense line, float lambda, params (float X, float Y)[] tasks)
    {
        var memory = new ElasticWeightConsolidation(lambda);
        foreach (var (x, y) in tasks)
            memory.Consolidate(device, line, Loss.HalfSquared, Point(x, y));
        return memory;
    }

    [Test]
    public void The_fisher_information_is_the_mean_of_squared_gradients_of_single_samples()
    {
        const int Count = 7, Inputs = 3, Classes = 4;
        float[] x = [.. Enumerable.Range(0, Count * Inputs).Select(i => MathF.Sin(1 + 1.7f * i))];
        int[] labels = [.. Enumerable.Range(0, Count).Select(i => i % Classes)];
        float[] w = [.. Enumerable.Range(0, Inputs * Classes).Select(i => MathF.Cos(2 + 0.9f * i))];
        var model = new Dense(Inputs, Classes, init: Inits.Values(w));
        var memory = new ElasticWeightConsolidation(1);
        memory.Consolidate(device, model, Loss.SoftmaxCrossEntropy, DataSet.WithLabels(x, [Inputs], labels, Classes));

        var (weight, bias) = (new double[Inputs * Classes], new double[Classes]);
        for (var row = 0; row < Count; row++)
        {
            var e = Enumerable.Range(0, Classes).Select(c => Math.Exp(Enumerable.Range(0, Inputs).Sum(k => (double)x[row * Inputs + k] * w[k * Classes + c]))).ToArray();
            for (var c = 0; c < Classes; c++)
            {
                var slope = e[c] / e.Sum() - (labels[row] == c ? 1 : 0);
                bias[c] += slope * slope / Count;
                for (var k = 0; k < Inputs; k++)
                    weight[k * Classes + c] += Math.Pow(slope * x[row * Inputs + k], 2) / Count;
            }
        }
        Assert.That(memory.Importance(model.Weight), Is.EqualTo(weight).Within(1e-6));
        Assert.That(memory.Importance(model.Bias!), Is.EqualTo(bias).Within(1e-6));
        Assert.That(memory.Anchor(model.Weight), Is.EqualTo(w), "the weights as they are");
    }

    [Test]
    public void Several_tasks_pull_like_the_sum_of_their_parabolas()
    {
        var line = Line(2);
        var memory = Consolidated(line, lambda: 3, (1, 0));
        line.Weight.Set([5]);
        memory.Consolidate(device, line, Loss.HalfSquared, Point(2, 9));
        // At 2: F = (2 - 0)^2 = 4; at 5: F = ((5 * 2 - 9) * 2)^2 = 4.
        Assert.That((memory.Importance(line.Weight)[0], memory.Anchor(line.Weight)[0]), Is.EqualTo((8f, 3.5f)));
        line.Weight.Set([1]);
        var results = device.Compile(graph =>
        {
            var penalty = memory.Penalty.Of(line.Parameters);
            return [penalty, graph.Gradients(penalty, [line.Weight])[0]];
        }).Run();
        Assert.That(results[1].Scalar(), Is.EqualTo(3 * (4 * (1 - 2) + 4 * (1 - 5))));
        Assert.That(results[0].Scalar(), Is.EqualTo(3 / 2.0 * 8 * 2.5 * 2.5), "up to a constant");
    }

    // Nothing pulls but the memory: x = 0 has no gradient. With a = rate lambda F a step multiplies the way to w* by 1 - a, or by 1 / (1 + a).
    [TestCase(4f, false, -0.6)]
    [TestCase(10f, false, -3)]
    [TestCase(4f, true, 1 / 2.6)]
    [TestCase(10f, true, 0.2)]
    [TestCase(1e6f, true, 1 / 400_001.0)]
    public void Explicit_steps_diverge_above_2_and_proximal_steps_never(float lambda, bool proximal, double factor)
    {
        const int Steps = 8;
        var line = Line(2);
        var memory = Consolidated(line, lambda, (1, 0));
        line.Weight.Set([3]);
        var trainer = new Trainer(device, line, Loss.HalfSquared, new Sgd(0.1f)) { Penalties = proximal ? [] : [memory.Penalty], Constraints = proximal ? [memory.ProximalStep] : [] };
        var history = trainer.Fit(Point(0, 0), null, epochs: Steps, batch: 1);
        Assert.That(line.Weight.ToArray()[0] - 2, Is.EqualTo(Math.Pow(factor, Steps)).Within(1e-6 + 1e-4 * Math.Abs(Math.Pow(factor, Steps))));
        Assert.That(history.Last.Training.Loss, Is.Zero, "the loss that is told is that of the task");
        if (Math.Abs(factor) > 1)
            Assert.That(Math.Abs(line.Weight.ToArray()[0] - 2), Is.GreaterThan(1000), "further away than the 1 that it began with");
    }

    [TestCase(0f, 0f)]
    [TestCase(0f, 5f)]
    [TestCase(7f, 0f)]
    public void Without_strength_or_importance_nothing_is_held(float importantAt, float lambda)
    {
        float[] Train(bool remember)
        {
            var line = Line(importantAt);
            var memory = Consolidated(line, lambda, (1, 0));
            line.Weight.Set([3]);
            new Trainer(device, line, Loss.HalfSquared, new Sgd(0.1f)) { Penalties = remember ? [memory.Penalty] : [], Constraints = remember ? [memory.ProximalStep] : [] }
                .Fit(Point(1, 1), null, epochs: 5, batch: 1);
            return line.Weight.ToArray();
        }

        Assert.That(Train(remember: true), Is.EqualTo(Train(remember: false)));
    }

    [Test]
    public void A_step_that_was_recorded_before_the_first_task_remembers_it_all_the_same()
    {
        var line = Line(2);
        var memory = new ElasticWeightConsolidation(1e6f);
        var trainer = new Trainer(device, line, Loss.HalfSquared, new Sgd(0.1f)) { Constraints = [memory.ProximalStep] };
        trainer.Fit(Point(1, 1), null, epochs: 1, batch: 1);
        Assert.That(line.Weight.ToArray()[0], Is.EqualTo(1.9f).Within(1e-6f), "nothing is remembered yet");
        memory.Consolidate(device, line, Loss.HalfSquared, Point(1, 1));
        trainer.Fit(Point(1, 1), null, epochs: 20, batch: 1);
        Assert.That(line.Weight.ToArray()[0], Is.EqualTo(1.9f).Within(1e-4f));
    }

    // The program that goes on has never seen the first task: what it knows of it is in the checkpoint.
    [TestCase(true)]
    [TestCase(false)]
    public void A_training_that_goes_on_remembers_earlier_tasks_to_the_bit(bool proximal)
    {
        using var folder = new TemporaryFolder();
        static DataSet Task(int number) => DataSet.WithTargets(
            [.. Enumerable.Range(0, 24).Select(i => MathF.Sin(number + 2.3f * i))], [2], [.. Enumerable.Range(0, 12).Select(i => MathF.Cos(number + 1.1f * i))], [1]);
        (float[] Weights, float[] Importance, float[] Anchor) Train(bool first, params Callback[] callbacks)
        {
            using var here = Device.On(new HostRoute(1));
            var model = new Sequential(new Dense(2, 3), new Tanh(), new Dense(3, 1));
            var memory = new ElasticWeightConsolidation(3);
            var trainer = new Trainer(here, model, Loss.HalfSquared, new Momentum(0.05f))
            {
                Seed = 1,
                Penalties = proximal ? [] : [memory.Penalty],
                Constraints = proximal ? [memory.ProximalStep] : [],
            };
            if (first)
            {
                trainer.Fit(Task(1), null, epochs: 5, batch: 4);
                memory.Consolidate(here, model, Loss.HalfSquared, Task(1));
            }
            trainer.Fit(Task(2), null, epochs: 6, batch: 4, callbacks);
            memory.Consolidate(here, model, Loss.HalfSquared, Task(2));
            var weight = model.Parameters[0];
            return ([.. model.Parameters.SelectMany(parameter => parameter.ToArray())], memory.Importance(weight), memory.Anchor(weight));
        }

        var straight = Train(first: true);
        Assert.That(() => Train(first: true, new Checkpoints(folder.Path), new StopAfter(epoch: 3)), Throws.TypeOf<OperationCanceledException>());
        var resumed = Train(first: false, new Checkpoints(folder.Path));
        Assert.That(resumed.Weights, Is.EqualTo(straight.Weights));
        Assert.That(resumed.Importance, Is.EqualTo(straight.Importance));
        Assert.That(resumed.Anchor, Is.EqualTo(straight.Anchor));
    }

    [Test]
    public void A_checkpoint_without_a_memory_is_refused()
    {
        using var folder = new TemporaryFolder();
        void Train(params Constraint[] constraints) => new Trainer(device, Line(1), Loss.HalfSquared, new Sgd(0.1f)) { Seed = 1, Constraints = constraints }
            .Fit(Point(1, 0), null, epochs: 1, batch: 1, new Checkpoints(folder.Path));
        Train();
        Assert.That(() => Train(new ElasticWeightConsolidation(1).ProximalStep), Throws.TypeOf<InvalidDataException>().With.Message.Contains("the checkpoint has nothing of it"));
    }

    private sealed class StopAfter(int epoch) : Callback
    {
        // A step later, so that the checkpoint of the epoch is written.
        public override void OnStepEnd(TrainingRun run)
        {
            if (run.Epoch == epoch)
                throw new OperationCanceledException();
        }
    }

    [Test]
    public void Bad_arguments_are_refused()
    {
        Assert.That(() => new ElasticWeightConsolidation(-1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("lambda"));
        Assert.That(() => new ElasticWeightConsolidation(1).Consolidate(device, Line(1), Loss.HalfSquared, Point(1, 1).Take(0)), Throws.TypeOf<InvalidDataException>().With.Message.Contains("at least one sample"));
    }
}
