namespace GpuNN.Cli;

/// <summary>
/// Two spirals that wind around each other three times are told apart by two hidden layers. It writes what the model makes of the
/// plane as <c>regions.png</c>.
/// </summary>
public sealed class SpiralsRecipe : Recipe
{
    private const float LearningRate = 0.01f;

    /// <inheritdoc/>
    public override string Name => "spirals";

    /// <inheritdoc/>
    public override string Chapter => "1.4.2";

    /// <inheritdoc/>
    public override string Title => "two hidden layers, 2-40-20-2 with tanh, learn two spirals by heart";

    /// <inheritdoc/>
    public override string OwnData => "the 194 points of two spirals";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "accuracy on the 194 points";

    /// <inheritdoc/>
    public override int Epochs => 3000;

    /// <inheritdoc/>
    public override int ShortEpochs => 50;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 1;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var points = Spirals.Train;
        var model = new Sequential(new Dense(2, 40), new Tanh(), new Dense(40, 20), new Tanh(), new Dense(20, 2));
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs),
            Warn = context.Progress.Say,
        };
        var trial = Trial.Run(context, "two spirals", trainer, points, null, points.Count, "accuracy");
        context.Progress.Say(FormattableString.Invariant($"half way between the points: accuracy {trainer.Evaluate(Spirals.Test).Accuracy:0.0000}"));
        model.Save(context.Out("model.safetensors"));
        DecisionRegions.Write(context.Out("regions.png"), new DecisionPanel("Two spirals, 2-40-20-2", trainer.Predict, points));
        return new RecipeResult(trainer.Evaluate(points).Accuracy, trial.Samples, trial.Seconds, [trial.Loss]);
    }
}
