namespace GpuNN.Cli;

/// <summary>An ensemble of perceptrons against a linear model on the same folds of a table, each fold prepared by its training part alone.</summary>
public abstract class TableContest(Device device, TableTask task, TrainOptions options)
{
    private const int Members = 5;
    private const int MembersOfShortRun = 2;
    private const int Hidden = 64;
    private const float LearningRate = 1e-2f;
    private const float WeightDecay = 0.1f;
    private const int Patience = 15;
    private const int BatchesWished = 50;
    private const int LeastBatch = 16;
    private const int MostBatch = 256;

    /// <summary>The contest for a task of this kind.</summary>
    public static TableContest For(Device device, TableTask task, TrainOptions options) => task.Kind == TaskKind.Regression
        ? new RegressionContest(device, task, options)
        : new ClassificationContest(device, task, options);

    /// <summary>What the error is called.</summary>
    public abstract string ErrorName { get; }

    /// <summary>What the linear model is called.</summary>
    public abstract string LinearName { get; }

    /// <summary>What there is to learn.</summary>
    protected TableTask Task { get; } = task;

    /// <summary>Key of everything random.</summary>
    protected ulong Seed { get; } = (ulong)options.Seed;

    /// <summary>The folds.</summary>
    public abstract IReadOnlyList<Fold> Split(int folds);

    /// <summary>Trains both on the rows of a fold and judges them by its others.</summary>
    public FoldOutcome Play(Fold fold)
    {
        var encoder = new TableEncoder(Task.Inputs);
        CsvTable learned = Task.Table.Subset(fold.Train), judged = Task.Table.Subset(fold.Test);
        encoder.Fit(learned);
        DataSet train = encoder.Transform(learned, Task.Target), test = encoder.Transform(judged, Task.Target);
        var network = TrainNetwork(train, out var histories);
        float[] answers = network(test), linear = TrainLinear(train)(test);
        return new FoldOutcome(
            fold, answers, linear, Error(test, answers), Error(test, linear),
            ColumnImportance.Of(test, [.. encoder.Origins.Select(origin => origin.Columns)], set => Error(set, network(set)), seed: Seed),
            histories);
    }

    /// <summary>The figure that the outcomes come to.</summary>
    public abstract double Value(IReadOnlyList<FoldOutcome> outcomes);

    /// <summary>The figure to reach.</summary>
    public abstract Goal GoalOf(IReadOnlyList<FoldOutcome> outcomes);

    /// <summary>Draws how right the network is.</summary>
    /// <param name="outcomes">All folds.</param>
    /// <param name="pathOf">The path of a file of this name.</param>
    public abstract void Draw(IReadOnlyList<FoldOutcome> outcomes, Func<string, string> pathOf);

    /// <summary>The true value of a row, and an answer for it, as text.</summary>
    public abstract (string True, string Said) InWords(int row, float[] answers, int place);

    /// <summary>The network for a training set: what it answers.</summary>
    protected abstract Func<DataSet, float[]> TrainNetwork(DataSet train, out IReadOnlyList<History> histories);

    /// <summary>The linear model for a training set: what it answers.</summary>
    protected abstract Func<DataSet, float[]> TrainLinear(DataSet train);

    /// <summary>The error of answers.</summary>
    protected abstract double Error(DataSet set, float[] answers);

    /// <summary>An ensemble of perceptrons with two hidden layers, each stopped early.</summary>
    protected Ensemble Perceptrons(DataSet train, int outputs, Loss loss, out IReadOnlyList<History> histories)
    {
        var inputs = (int)train.ItemShape.Elements;
        return Trained(train, LearningRate, loss, out histories, () => new Sequential(
            new Dense(inputs, Hidden, init: Inits.HeNormal), new Relu(),
            new Dense(Hidden, Hidden, init: Inits.HeNormal), new Relu(),
            new Dense(Hidden, outputs)));
    }

    /// <summary>An ensemble of models, each stopped early.</summary>
    protected Ensemble Trained(DataSet train, float learningRate, Loss loss, out IReadOnlyList<History> histories, Func<Layer> model)
    {
        var ensemble = new Ensemble(options.Short ? MembersOfShortRun : Members, seed =>
            new Trainer(device, model(), loss, new AdamW(learningRate) { WeightDecay = WeightDecay })
            {
                Seed = seed,
                Schedule = new CosineSchedule(options.Epochs),
            })
        { Seed = Seed, Patience = Patience };
        histories = ensemble.Fit(train, options.Epochs, Math.Clamp(train.Count / BatchesWished, LeastBatch, MostBatch));
        return ensemble;
    }
}
