using System.Diagnostics;

namespace GpuNN;

/// <summary>A training on its way: what callbacks see.</summary>
public sealed class TrainingRun
{
    /// <summary>How many steps pass between two looks at the loss, where a look holds the device up.</summary>
    private const int StepsBetweenLooks = 64;

    private readonly TrainingFunctions functions;
    private readonly Callback[] callbacks;
    private float baseRate;
    private TimeSpan before;
    private long started;
    private long epochStarted;

    internal TrainingRun(Trainer trainer, TrainingFunctions functions, DataSet train, DataSet? validation, int epochs, int batch, Callback[] callbacks)
    {
        (Trainer, this.functions, Train, Validation, Epochs, BatchSize) = (trainer, functions, train, validation, epochs, batch);
        // A checkpoint holds what the others made of the step, so it is written last.
        this.callbacks = [.. callbacks.OrderBy(callback => callback is Checkpoints ? 1 : 0)];
        Batches = new BatchPlan(batch).Batches(train.Count);
        baseRate = trainer.Optimiser.LearningRate;
    }

    /// <summary>Who trains.</summary>
    public Trainer Trainer { get; }

    /// <summary>What is learned from.</summary>
    public DataSet Train { get; }

    /// <summary>What the model is judged by, if there is anything.</summary>
    public DataSet? Validation { get; }

    /// <summary>Epochs to do.</summary>
    public int Epochs { get; }

    /// <summary>Samples in a batch.</summary>
    public int BatchSize { get; }

    /// <summary>Batches in an epoch.</summary>
    public int Batches { get; }

    /// <summary>Epochs that are over.</summary>
    public int Epoch { get; private set; }

    /// <summary>Batches of this epoch that are over.</summary>
    public int Batch { get; private set; }

    /// <summary>Steps that are over, since the very beginning.</summary>
    public long Step { get; private set; }

    /// <summary>Samples seen since <see cref="Trainer.Fit"/> was called.</summary>
    public long Samples { get; private set; }

    /// <summary>Time since the very beginning, that before a checkpoint included.</summary>
    public TimeSpan Elapsed => before + Stopwatch.GetElapsedTime(started);

    /// <summary>Time since <see cref="Trainer.Fit"/> was called.</summary>
    public TimeSpan ElapsedHere => Stopwatch.GetElapsedTime(started);

    /// <summary>Mean loss over the batches of this epoch so far. Reading it waits for the device.</summary>
    public double Loss => functions.Means.Loss;

    /// <summary>A metric over the batches of this epoch so far. Reading it waits for the device.</summary>
    /// <param name="index">Its place among the trainer's metrics.</param>
    public double Metric(int index) => functions.Means.Metric(index);

    /// <summary>The epochs that are over.</summary>
    public History History { get; } = new();

    /// <summary>Ends the training after this epoch's or step's callbacks.</summary>
    /// <param name="reason">Why, for people.</param>
    public void Stop(string reason) => History.StopReason ??= reason;

    internal History Play()
    {
        started = Stopwatch.GetTimestamp();
        functions.Means.Reset();
        foreach (var callback in callbacks)
            (callback as Checkpoints)?.Resume(this);
        functions.Begin(isFresh: Step == 0);
        foreach (var callback in callbacks)
            callback.OnTrainBegin(this);
        try
        {
            if (Epoch < Epochs && History.StopReason is null)
            {
                var plan = new BatchPlan(BatchSize) { Seed = Trainer.Seed, Augment = Trainer.Augment };
                using var prefetcher = new Prefetcher(Train, plan, Trainer.ReadAhead);
                while (Epoch < Epochs && History.StopReason is null)
                    PlayEpoch(prefetcher);
            }
        }
        finally
        {
            if (Trainer.Schedule is not null)
                Trainer.Optimiser.LearningRate = baseRate;
        }
        foreach (var callback in callbacks)
            callback.OnTrainEnd(this);
        return History;
    }

    private void PlayEpoch(Prefetcher prefetcher)
    {
        epochStarted = Stopwatch.GetTimestamp();
        Batch? last = null;
        foreach (var batch in prefetcher.Epoch(Epoch, Batch))
        {
            Trainer.Cancellation.ThrowIfCancellationRequested();
            SetRate();
            functions.Train(batch);
            last = batch;
            Batch++;
            Step++;
            Samples += batch.Count;
            if (Step % StepsBetweenLooks == 0)
                functions.CheckMeans(batch);
            foreach (var callback in callbacks)
                callback.OnStepEnd(this);
            if (History.StopReason is not null && Batch < Batches)
                return;
        }
        if (last is not null)
            functions.CheckMeans(last);
        EndEpoch();
    }

    private void EndEpoch()
    {
        var training = functions.Means.Read(Train.Count);
        var validation = Validation is null ? null : functions.Evaluate(Validation, Trainer.EvaluationBatch);
        functions.Means.Reset();
        Batch = 0;
        Epoch++;
        var record = new EpochRecord(Epoch, Step, Trainer.Optimiser.LearningRate, Stopwatch.GetElapsedTime(epochStarted).TotalSeconds, training, validation);
        History.Add(record);
        Trainer.Schedule?.Observe(record.Judged.Loss);
        foreach (var callback in callbacks)
            callback.OnEpochEnd(this);
    }

    private void SetRate()
    {
        if (Trainer.Schedule is { } schedule)
            Trainer.Optimiser.LearningRate = (float)(baseRate * schedule.Factor(schedule.Clock == ScheduleClock.Steps ? Step : Epoch));
    }

    /// <summary>All that is needed to go on from here.</summary>
    internal Checkpoint Save()
    {
        var checkpoint = new Checkpoint
        {
            Seed = Trainer.Seed,
            Epoch = Epoch,
            Batch = Batch,
            Step = Step,
            FunctionSteps = functions.Steps,
            EvaluationSteps = functions.EvaluationSteps,
            BatchSize = BatchSize,
            Samples = Train.Count,
            BaseRate = baseRate,
            LearningRate = Trainer.Optimiser.LearningRate,
            Seconds = Elapsed.TotalSeconds,
            StopReason = History.StopReason,
            Epochs = [.. History],
        };
        foreach (var parameter in Trainer.Model.Parameters)
            checkpoint.Model[parameter.Path] = new StoredTensor(parameter.Path, parameter.Shape, (ReadOnlyMemory<float>)parameter.ToArray());
        foreach (var (name, values) in Trainer.Optimiser.Save(Trainer.Model.Parameters))
            checkpoint.Optimiser[name] = values;
        functions.Means.Save(checkpoint.Running);
        Trainer.Schedule?.Save(checkpoint.Part("schedule"));
        foreach (var (name, penalty) in Named(Trainer.Penalties))
            penalty.Save(checkpoint.Part(name));
        foreach (var (name, constraint) in Named(Trainer.Constraints))
            constraint.Save(checkpoint.Part(name));
        foreach (var (name, callback) in Named(callbacks))
            callback.Save(checkpoint.Part(name));
        return checkpoint;
    }

    /// <summary>Goes back to where a checkpoint was made.</summary>
    internal void Load(Checkpoint checkpoint)
    {
        checkpoint.Check(Trainer.Model, Trainer.Seed, BatchSize, Train.Count);
        foreach (var parameter in Trainer.Model.Parameters)
            parameter.Set(checkpoint.Model[parameter.Path].Floats.Span);
        Trainer.Optimiser.Load(checkpoint.Optimiser, Trainer.Model.Parameters);
        functions.Means.Load(checkpoint.Running);
        (functions.Steps, functions.EvaluationSteps) = (checkpoint.FunctionSteps, checkpoint.EvaluationSteps);
        (Epoch, Batch, Step) = (checkpoint.Epoch, checkpoint.Batch, checkpoint.Step);
        baseRate = checkpoint.BaseRate;
        Trainer.Optimiser.LearningRate = checkpoint.LearningRate;
        before = TimeSpan.FromSeconds(checkpoint.Seconds);
        History.Replace(checkpoint.Epochs);
        History.StopReason = checkpoint.StopReason;
        Trainer.Schedule?.Load(checkpoint.Part("schedule"));
        foreach (var (name, penalty) in Named(Trainer.Penalties))
            penalty.Load(checkpoint.Part(name));
        foreach (var (name, constraint) in Named(Trainer.Constraints))
            constraint.Load(checkpoint.Part(name));
        foreach (var (name, callback) in Named(callbacks))
            callback.Load(checkpoint.Part(name));
    }

    /// <summary>Parts of the training by kind and order among their kind, so that one that keeps nothing may come or go.</summary>
    private static IEnumerable<(string Name, T Part)> Named<T>(IEnumerable<T> parts) where T : notnull => parts
        .GroupBy(part => part.GetType())
        .SelectMany(kind => kind.Select((part, i) => ($"{kind.Key.Name}.{i}", part)));
}
