using System.Globalization;

namespace GpuNN;

/// <summary>The compiled functions of a trainer, and what they add up.</summary>
internal sealed class TrainingFunctions
{
    private readonly Trainer trainer;
    private readonly BatchLoss batchLoss;
    private readonly Function step;
    private readonly Function evaluate;
    private readonly Function predict;
    private readonly RunningMeans evaluated;
    private ConstraintStep? constrain;

    public TrainingFunctions(Trainer trainer)
    {
        this.trainer = trainer;
        batchLoss = new BatchLoss(trainer.Model, trainer.Loss);
        Means = new RunningMeans(trainer.Device, trainer.Metrics);
        evaluated = new RunningMeans(trainer.Device, trainer.Metrics);
        step = trainer.Device.Compile(RecordStep, training: true, name: "train");
        evaluate = trainer.Device.Compile(RecordEvaluation, training: false, name: "evaluate");
        predict = trainer.Device.Compile(graph => trainer.Model.Apply(graph.Input("input")), training: false, name: "predict");
    }

    /// <summary>Means over the training batches of the epoch.</summary>
    public RunningMeans Means { get; }

    /// <summary>Runs of the step: the counter of its random streams.</summary>
    public long Steps
    {
        get => step.Step;
        set => step.Step = value;
    }

    /// <summary>Runs of the evaluation, which may draw numbers as well.</summary>
    public long EvaluationSteps
    {
        get => evaluate.Step;
        set => evaluate.Step = value;
    }

    /// <summary>Gets ready for a training: the constraints are those of the parameters that the model has now.</summary>
    /// <param name="isFresh">Whether it is at its first step, before which they are made to hold; a resumed one held them already.</param>
    public void Begin(bool isFresh)
    {
        if (trainer.Constraints.Count == 0)
            return;
        // A new head brings parameters of its own.
        if (constrain is null || !constrain.Parameters.SequenceEqual(trainer.Model.Parameters, ReferenceEqualityComparer.Instance))
            constrain = new ConstraintStep(trainer.Device, trainer.Model.Parameters, trainer.Constraints, trainer.Optimiser);
        if (isFresh)
            constrain.Begin();
    }

    /// <summary>One step of training.</summary>
    /// <exception cref="BadValueException">The loss is not finite. The parameters are those from before the step where the device lets
    /// the loss be looked at in time.</exception>
    public void Train(Batch batch)
    {
        try
        {
            batchLoss.Run(step, batch);
        }
        catch (BadValueException bad)
        {
            throw Explain(batch, bad);
        }
        constrain?.Run();
    }

    /// <summary>Looks whether the mean loss of the epoch is finite still, for devices that do not look at every step.</summary>
    public void CheckMeans(Batch batch)
    {
        var mean = Means.Loss;
        if (double.IsFinite(mean))
            return;
        throw Explain(batch, new BadValueException(string.Create(CultureInfo.InvariantCulture,
            $"The mean loss of the epoch became {mean} by step {step.Step} of {step.Name}.\nLower the learning rate, or clip gradients.")));
    }

    public Evaluation Evaluate(DataSet set, int size)
    {
        evaluated.Reset();
        foreach (var batch in set.Batches(size))
            batchLoss.Run(evaluate, batch);
        return evaluated.Read(set.Count);
    }

    public float[] Predict(DataSet set, int size)
    {
        var all = Array.Empty<float>();
        var at = 0;
        foreach (var batch in set.Batches(size))
        {
            var result = predict.Run(batch.InputFeed("input"))[0];
            var length = (int)result.Shape.Elements;
            if (at == 0)
                all = new float[(long)length / batch.Count * set.Count];
            result.CopyTo(all.AsSpan(at, length));
            at += length;
        }
        return all;
    }

    private Tensor RecordStep(Graph graph)
    {
        var loss = batchLoss.Record(graph, trainer.Objective, out var prediction, out var target);
        graph.Add(new LossGuard(loss));
        Means.Record(graph, trainer.Loss, loss, prediction, target);
        var penalised = trainer.Penalties.Aggregate(loss + graph.Penalties, (sum, penalty) => sum + penalty.Of(trainer.Model.Parameters));
        graph.Minimise(penalised, trainer.Model.Parameters, trainer.Optimiser, trainer.Constraints);
        return loss.Named("loss");
    }

    private Tensor RecordEvaluation(Graph graph)
    {
        var loss = batchLoss.Record(graph, new ForwardPass(), out var prediction, out var target);
        evaluated.Record(graph, trainer.Loss, loss, prediction, target);
        return loss.Named("loss");
    }

    /// <summary>Runs the step again, launch by launch, to find the operation that made the first bad number.</summary>
    private BadValueException Explain(Batch batch, BadValueException bad)
    {
        var before = trainer.Device.Checks;
        trainer.Device.Checks = before | Checks.FirstBadValue;
        try
        {
            batchLoss.Run(step, batch);
            return bad;
        }
        catch (BadValueException found)
        {
            return found;
        }
        finally
        {
            trainer.Device.Checks = before;
        }
    }
}
