using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>A training that is stopped anywhere and resumed ends with the bits of one that never was.</summary>
public sealed class ResumeTests
{
    private const int Epochs = 4;
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static DataSet Samples(int count) => DataSet.WithTargets(
        [.. Enumerable.Range(0, 2 * count).Select(i => MathF.Sin(3 * i))], [2], [.. Enumerable.Range(0, count).Select(i => MathF.Cos(5 * i))], [1]);

    /// <summary>Trains with everything that keeps state; gives the bits of the parameters and the losses.</summary>
    private (float[] Weights, double[] Losses, History History) Train(
        string? stopFolder, long stopAt = -1, List<string>? warnings = null, int batch = 5, ulong seed = 3, int everySteps = 3, int epochs = Epochs, int stopAfter = 0)
    {
        using var device = Device.On(new HostRoute(1));
        var model = new Sequential(new Dense(2, 6), new Tanh(), new Dropout(0.3f), new Noise(), new Dense(6, 1));
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Adam(0.05f) { ClipNorm = 0.5f })
        {
            Seed = seed,
            Schedule = new WarmUp(2, new PlateauSchedule(patience: 1, decay: 0.7)),
            Metrics = [new MeanAbsoluteError()],
            Warn = line => warnings?.Add(line),
        };
        var callbacks = new List<Callback> { new EarlyStopping(patience: 3) };
        if (stopFolder is not null)
        {
            callbacks.Add(new Checkpoints(stopFolder, everySteps));
            callbacks.Add(new MetricsFile(Path.Combine(stopFolder, "metrics.csv")));
            callbacks.Add(new StopAt(stopAt, stopAfter));
        }
        var history = trainer.Fit(Samples(23), Samples(7), epochs, batch, [.. callbacks]);
        return ([.. model.Parameters.SelectMany(parameter => parameter.ToArray())],
            [.. history.SelectMany(epoch => new[] { epoch.Training.Loss, epoch.Training["mean absolute error"], epoch.Validation!.Loss })], history);
    }

    /// <summary>Draws numbers in evaluations too.</summary>
    private sealed class Noise : Layer
    {
        public override Tensor Forward(Tensor x) => x + 0.1f * Graph.Current.Normal(x.Shape);
    }

    private void Kill(long at, int everySteps = 3) =>
        Assert.That(() => Train(folder.Path, at, everySteps: everySteps), Throws.TypeOf<OperationCanceledException>());

    [TestCase(new[] { 2L })]
    [TestCase(new[] { 4L })]
    [TestCase(new[] { 5L })]
    [TestCase(new[] { 7L, 8L, 13L })]
    [TestCase(new[] { 19L })]
    public void Stopped_and_resumed_ends_with_the_same_bits(long[] stops)
    {
        var straight = Train(null);
        foreach (var stop in stops)
            Kill(stop);
        var resumed = Train(folder.Path);
        Assert.That(resumed.Weights, Is.EqualTo(straight.Weights));
        Assert.That(resumed.Losses, Is.EqualTo(straight.Losses));
        var rows = new MetricsLog(folder["metrics.csv"]).Read();
        Assert.That(rows.Select(row => row.Step), Is.EqualTo(straight.History.Select(epoch => epoch.Step)));
    }

    // A kill between the epoch's line of figures and its checkpoint finds the checkpoint of the epoch's last step, which knows of no such line.
    [Test]
    public void Stopped_behind_the_line_of_an_epoch_writes_no_line_twice()
    {
        var straight = Train(null);
        Assert.That(() => Train(folder.Path, stopAfter: 2, everySteps: 5), Throws.TypeOf<OperationCanceledException>());
        var resumed = Train(folder.Path, everySteps: 5);
        Assert.That(resumed.Weights, Is.EqualTo(straight.Weights));
        Assert.That(new MetricsLog(folder["metrics.csv"]).Read().Select(row => row.Epoch), Is.EqualTo(Enumerable.Range(1, Epochs)));
    }

    [Test]
    public void A_finished_training_is_not_done_again()
    {
        var first = Train(folder.Path);
        var second = Train(folder.Path);
        Assert.That(second.Weights, Is.EqualTo(first.Weights));
        Assert.That(second.Losses, Is.EqualTo(first.Losses));
    }

    [Test]
    public void A_finished_training_goes_on_when_asked_for_more()
    {
        Train(folder.Path, epochs: 2);
        Assert.That(Train(folder.Path).Losses, Is.EqualTo(Train(null).Losses));
    }

    [Test]
    public void The_last_two_checkpoints_are_kept()
    {
        Train(folder.Path);
        Assert.That(Directory.GetFiles(folder.Path, "checkpoint-*.safetensors"), Has.Length.EqualTo(2));
    }

    [TestCase(0.5)]
    [TestCase(0.0)]
    public void A_cut_off_checkpoint_falls_back_to_the_one_before_with_a_warning(double kept)
    {
        Kill(14);
        var newest = Directory.GetFiles(folder.Path, "checkpoint-*.safetensors").Order().Last();
        using (var file = new FileStream(newest, FileMode.Open))
            file.SetLength((long)(file.Length * kept));
        var warnings = new List<string>();
        var resumed = Train(folder.Path, warnings: warnings);
        Assert.That(resumed.Weights, Is.EqualTo(Train(null).Weights));
        Assert.That(warnings, Has.Count.EqualTo(1));
        Assert.That(warnings[0], Does.StartWith("Warning: checkpoint-"));
    }

    [Test]
    public void Another_seed_or_batch_or_model_is_refused()
    {
        Kill(5);
        Assert.That(() => Train(folder.Path, seed: 4), Throws.TypeOf<InvalidDataException>().With.Message.Contains("seed is 3"));
        Assert.That(() => Train(folder.Path, batch: 6), Throws.TypeOf<InvalidDataException>().With.Message.Contains("batch size is 5"));
        using var device = Device.On(new HostRoute(1));
        var other = new Trainer(device, new Sequential(new Dense(2, 7), new Dense(7, 1)), Loss.MeanSquared, new Adam(0.05f)) { Seed = 3 };
        Assert.That(() => other.Fit(Samples(23), null, 1, 5, new Checkpoints(folder.Path)),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("0.weight is (2, 6)").And.Message.Contains("1.weight (7, 1) is missing"));
    }

    [Test]
    public void A_model_file_is_no_checkpoint()
    {
        using var device = Device.On(new HostRoute(1));
        var dense = new Dense(2, 1);
        new Trainer(device, dense, Loss.MeanSquared, new Sgd(0.1f)).Predict([1, 2], [2]);
        dense.Save(folder["checkpoint-000000000009.safetensors"]);
        var warnings = new List<string>();
        Train(folder.Path, warnings: warnings);
        Assert.That(warnings.Single(), Does.Contain("state of a training"));
    }

    [Test]
    public void Without_resuming_the_folder_is_cleared()
    {
        Kill(5);
        using var device = Device.On(new HostRoute(1));
        var trainer = new Trainer(device, new Dense(2, 1), Loss.MeanSquared, new Sgd(0.1f));
        var history = trainer.Fit(Samples(3), null, 1, 3, new Checkpoints(folder.Path, resume: false));
        Assert.That(history.Last.Step, Is.EqualTo(1));
        Assert.That(Directory.GetFiles(folder.Path, "checkpoint-*.safetensors"), Has.Length.EqualTo(1));
    }

    private sealed class StopAt(long step, int epoch) : Callback
    {
        public override void OnStepEnd(TrainingRun run)
        {
            if (run.Step == step)
                throw new OperationCanceledException();
        }

        public override void OnEpochEnd(TrainingRun run)
        {
            if (run.Epoch == epoch)
                throw new OperationCanceledException();
        }
    }
}
