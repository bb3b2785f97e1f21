namespace GpuNN.Cli;

/// <summary>
/// Dropout with max-norm: a perceptron of three layers of 1,024 ReLUs, which knows nothing of what lies beside what, tells handwritten
/// digits apart. A long run (<c>--epochs 200</c>) is what the literature reports. It writes the test images that it got wrong as
/// <c>mistakes.png</c> and the filters of its strongest first units as <c>units.png</c>.
/// Source: Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from overfitting".
/// </summary>
public sealed class DropoutRecipe : Recipe
{
    private const int Hidden = 1024;
    private const int HiddenLayers = 3;
    private const int Batch = 128;
    private const float InputRate = 0.2f;
    private const float HiddenRate = 0.5f;
    private const float LargestNorm = 2.5f;
    private const float LearningRate = 0.05f;
    private const float MomentumDecay = 0.95f;
    private const int PartOfWarmUp = 20;
    private const int UnitsShown = 64;

    /// <inheritdoc/>
    public override string Name => "dropout";

    /// <inheritdoc/>
    public override string Chapter => "2.1.2";

    /// <inheritdoc/>
    public override string Title => "perceptron of 3 x 1024 ReLUs with dropout and max-norm";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => Digits.Folder;

    /// <inheritdoc/>
    public override string Metric => "accuracy";

    /// <inheritdoc/>
    public override int Epochs => 20;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 0.985 : 0.98;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var dense = Enumerable.Range(0, HiddenLayers)
            .Select(layer => new Dense(layer == 0 ? Digits.Side * Digits.Side : Hidden, Hidden, init: Inits.HeNormal)).ToArray();
        var model = new Sequential(
        [
            new Flatten(), new Dropout(InputRate),
            .. dense.SelectMany(layer => new Layer[] { layer, new Relu(), new Dropout(HiddenRate) }),
            new Dense(Hidden, Digits.Classes),
        ]);
        var steps = context.Options.Epochs * ((digits.Train.Count + Batch - 1) / Batch);
        var warmUp = Math.Max(1, steps / PartOfWarmUp);
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Momentum(LearningRate) { Decay = MomentumDecay })
        {
            Seed = (ulong)context.Options.Seed,
            Constraints = [new MaxNorm(LargestNorm)],
            Schedule = new WarmUp(warmUp, new CosineSchedule(Math.Max(1, steps - warmUp))) { Clock = ScheduleClock.Steps },
            Warn = context.Progress.Say,
        };
        var result = context.Fit(trainer, digits, Batch, Metric);
        model.Save(context.Out("model.safetensors"));
        MistakeSheet.Write(context.Out("mistakes"), digits.Test, trainer.Predict(digits.Test));
        FilterSheet.Write(context.Out("units.png"), FilterSheet.StrongestUnits(dense[0], dense[1]).Take(UnitsShown), Digits.Side, columns: 8);
        return result;
    }
}
