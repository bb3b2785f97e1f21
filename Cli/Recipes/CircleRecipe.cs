namespace GpuNN.Cli;

/// <summary>
/// A disc in a ring: one hidden layer of three units separates them, while layers of two units do not, whether one, two or four of
/// them. What the first seed's models make of the plane is in <c>regions.png</c>, the narrow ones beside the wide one.
/// </summary>
public sealed class CircleRecipe : Recipe
{
    private const int Seeds = 8;
    private const int SeedsShort = 1;
    private const float LearningRate = 0.01f;
    private const double Separated = 0.999;

    private static readonly int[] wide = [3];
    private static readonly int[][] narrow = [[2], [2, 2], [2, 2, 2, 2]];

    /// <inheritdoc/>
    public override string Name => "circle";

    /// <inheritdoc/>
    public override string Chapter => "1.4.3";

    /// <inheritdoc/>
    public override string Title => "a disc in a ring by tanh layers of 3 units, and of 2 in one, two and four layers, from eight seeds";

    /// <inheritdoc/>
    public override string OwnData => "points drawn in a disc and a ring";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "share of seeds where width 3 reaches 99.9 % and width 2 never";

    /// <inheritdoc/>
    public override int Epochs => 4000;

    /// <inheritdoc/>
    public override int ShortEpochs => 100;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.875;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var points = Circles.Draw();
        var panels = new List<DecisionPanel>();
        var trials = new List<Trial>();
        var won = 0;
        var seeds = context.Options.Short ? SeedsShort : Seeds;
        for (var index = 0; index < seeds; index++)
        {
            Trial[] all = [.. narrow.Prepend(wide).Select(widths => Learn(context, points, widths, context.Options.Seed * Seeds + index))];
            double[] accuracies = [.. all.Select(trial => trial.Trainer.Evaluate(points.Test).Accuracy)];
            if (accuracies[0] >= Separated && accuracies[1..].All(accuracy => accuracy < Separated))
                won++;
            if (index == 0)
                panels.AddRange(all.Zip(accuracies, (trial, accuracy) =>
                    new DecisionPanel(FormattableString.Invariant($"{trial.Name}: {100 * accuracy:0.0} %"), trial.Trainer.Predict, points.Train)));
            trials.AddRange(all);
        }
        DecisionRegions.Write(context.Out("regions.png"), panels);
        return new RecipeResult(
            (double)won / seeds, trials.Sum(trial => trial.Samples), trials.Sum(trial => trial.Seconds), [.. trials.Take(narrow.Length + 1).Select(trial => trial.Loss)]);
    }

    private static Trial Learn(RecipeContext context, DataPair points, int[] widths, int seed)
    {
        var layers = new List<Layer>();
        var inputs = 2;
        foreach (var width in widths)
        {
            layers.AddRange([new Dense(inputs, width), new Tanh()]);
            inputs = width;
        }
        var model = new Sequential([.. layers, new Dense(inputs, 2)]);
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)seed,
            Warn = context.Progress.Say,
        };
        return Trial.Run(context, $"2-{string.Join('-', widths)}-2, seed {seed}", trainer, points.Train, null, points.Train.Count, "accuracy");
    }
}
