namespace GpuNN.Cli;

/// <summary>The contest over a class: shares of wrong answers, against logistic regression.</summary>
public sealed class ClassificationContest(Device device, TableTask task, TrainOptions options) : TableContest(device, task, options)
{
    // without hidden layers the loss is convex, so larger steps do no harm
    private const float LearningRateOfLinear = 3e-2f;

    private CsvColumn Target => Task.Table[Task.Target];

    /// <inheritdoc/>
    public override string ErrorName => "share of wrong answers";

    /// <inheritdoc/>
    public override string LinearName => "logistic regression";

    /// <inheritdoc/>
    public override IReadOnlyList<Fold> Split(int folds) => Folds.Stratified(Target.Codes, folds, Seed);

    /// <summary>Accuracy over all rows.</summary>
    public override double Value(IReadOnlyList<FoldOutcome> outcomes) => 1 - Overall(outcomes, outcome => outcome.NetworkError);

    /// <summary>As good as logistic regression, but for one standard error sqrt(p (1 - p) / rows) of its accuracy p.</summary>
    public override Goal GoalOf(IReadOnlyList<FoldOutcome> outcomes)
    {
        var wrong = Overall(outcomes, outcome => outcome.LinearError);
        return new Goal("accuracy", 1 - wrong - Math.Sqrt(wrong * (1 - wrong) / Task.Table.Count));
    }

    /// <inheritdoc/>
    public override void Draw(IReadOnlyList<FoldOutcome> outcomes, Func<string, string> pathOf)
    {
        var counts = new int[Target.Levels.Count, Target.Levels.Count];
        foreach (var outcome in outcomes)
            for (var place = 0; place < outcome.Fold.Test.Length; place++)
                counts[Target.Codes[outcome.Fold.Test[place]], Said(outcome.Network, place)]++;
        ConfusionPlot.Write(pathOf("confusion.svg"), "Rows that the networks had not seen", counts, Target.Levels);
    }

    /// <inheritdoc/>
    public override (string True, string Said) InWords(int row, float[] answers, int place) =>
        (Target.Levels[Target.Codes[row]], Target.Levels[Said(answers, place)]);

    /// <inheritdoc/>
    protected override Func<DataSet, float[]> TrainNetwork(DataSet train, out IReadOnlyList<History> histories) =>
        Perceptrons(train, train.Classes, Loss.SoftmaxCrossEntropy, out histories).Predict;

    /// <inheritdoc/>
    protected override Func<DataSet, float[]> TrainLinear(DataSet train) => Trained(
        train, LearningRateOfLinear, Loss.SoftmaxCrossEntropy, out _, () => new Dense((int)train.ItemShape.Elements, train.Classes)).Predict;

    /// <inheritdoc/>
    protected override double Error(DataSet set, float[] answers)
    {
        var labels = set.Labels.ToArray();
        return labels.Where((label, place) => Said(answers, place) != label).Count() / (double)labels.Length;
    }

    // the class with the largest logit, the first of equals
    private int Said(float[] logits, int place)
    {
        var row = logits.AsSpan(place * Target.Levels.Count, Target.Levels.Count);
        var said = 0;
        for (var c = 1; c < row.Length; c++)
            if (row[c] > row[said])
                said = c;
        return said;
    }

    private static double Overall(IReadOnlyList<FoldOutcome> outcomes, Func<FoldOutcome, double> error) =>
        outcomes.Sum(outcome => outcome.Fold.Test.Length * error(outcome)) / outcomes.Sum(outcome => outcome.Fold.Test.Length);
}
