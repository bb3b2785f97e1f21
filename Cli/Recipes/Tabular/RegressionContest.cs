using System.Globalization;

namespace GpuNN.Cli;

/// <summary>The contest over a number: root mean squared errors, against linear regression by least squares.</summary>
public sealed class RegressionContest(Device device, TableTask task, TrainOptions options) : TableContest(device, task, options)
{
    private const double GainWished = 0.15;

    /// <summary>The metric: by which part the network's error is smaller than linear regression's.</summary>
    public static Goal Goal { get; } = new("gain on linear regression", GainWished);

    /// <inheritdoc/>
    public override string ErrorName => "RMSE";

    /// <inheritdoc/>
    public override string LinearName => "linear regression";

    /// <inheritdoc/>
    public override IReadOnlyList<Fold> Split(int folds) => Folds.Of(Task.Table.Count, folds, Seed);

    /// <summary>1 - RMSE of the network / RMSE of linear regression, both over all rows.</summary>
    public override double Value(IReadOnlyList<FoldOutcome> outcomes) =>
        1 - Overall(outcomes, outcome => outcome.NetworkError) / Overall(outcomes, outcome => outcome.LinearError);

    /// <inheritdoc/>
    public override Goal GoalOf(IReadOnlyList<FoldOutcome> outcomes) => Goal;

    /// <inheritdoc/>
    public override void Draw(IReadOnlyList<FoldOutcome> outcomes, Func<string, string> pathOf)
    {
        var truth = Task.Table[Task.Target].Numbers.ToArray();
        PredictionPlot.Write(
            pathOf("predicted.svg"), "Rows that the networks had not seen", Task.Target,
            [.. outcomes.SelectMany(outcome => outcome.Fold.Test).Select(row => (float)truth[row])],
            [.. outcomes.SelectMany(outcome => outcome.Network)]);
    }

    /// <inheritdoc/>
    public override (string True, string Said) InWords(int row, float[] answers, int place) => (
        Task.Table[Task.Target].Numbers[row].ToString("G7", CultureInfo.InvariantCulture),
        answers[place].ToString("G7", CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    protected override Func<DataSet, float[]> TrainNetwork(DataSet train, out IReadOnlyList<History> histories)
    {
        var transform = TargetTransform.Standard();
        transform.Fit(train);
        var ensemble = Perceptrons(transform.Transform(train), outputs: 1, Loss.MeanSquared, out histories);
        return set =>
        {
            var answers = ensemble.Predict(set);
            transform.Inverse(answers);
            return answers;
        };
    }

    /// <inheritdoc/>
    protected override Func<DataSet, float[]> TrainLinear(DataSet train)
    {
        var linear = new LinearRegression();
        linear.Fit(train);
        return linear.Predict;
    }

    /// <inheritdoc/>
    protected override double Error(DataSet set, float[] answers) =>
        Math.Sqrt(answers.Select((answer, row) => Math.Pow(answer - (double)set.Targets.Span[row], 2)).Average());

    private static double Overall(IReadOnlyList<FoldOutcome> outcomes, Func<FoldOutcome, double> error) =>
        Math.Sqrt(outcomes.Sum(outcome => outcome.Network.Length * Math.Pow(error(outcome), 2)) / outcomes.Sum(outcome => outcome.Network.Length));
}
