namespace GpuNN.Cli;

/// <summary>
/// A multilayer perceptron 784-512-512-10 with ReLU and dropout tells handwritten digits apart. It writes
/// the test images that it got wrong as <c>mistakes.png</c> and the filters of its strongest first units as <c>units.png</c>.
/// </summary>
public sealed class MlpRecipe : Recipe
{
    private const int Hidden = 512;
    private const int Batch = 128;
    private const float LearningRate = 1e-3f;
    private const float DropoutRate = 0.2f;
    private const int UnitsShown = 64;

    /// <inheritdoc/>
    public override string Name => "mlp";

    /// <inheritdoc/>
    public override string Chapter => "1.1";

    /// <inheritdoc/>
    public override string Title => "multilayer perceptron 784-512-512-10";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => Digits.Folder;

    /// <inheritdoc/>
    public override string Metric => "accuracy";

    /// <inheritdoc/>
    public override int Epochs => 10;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 0.98 : 0.97;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var first = new Dense(Digits.Side * Digits.Side, Hidden);
        var second = new Dense(Hidden, Hidden);
        var model = new Sequential(
            new Flatten(),
            first, new Relu(), new Dropout(DropoutRate),
            second, new Relu(), new Dropout(DropoutRate),
            new Dense(Hidden, Digits.Classes));
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs),
            Warn = context.Progress.Say,
        };
        var result = context.Fit(trainer, digits, Batch, Metric);
        model.Save(context.Out("model.safetensors"));
        MistakeSheet.Write(context.Out("mistakes"), digits.Test, trainer.Predict(digits.Test));
        FilterSheet.Write(context.Out("units.png"), FilterSheet.StrongestUnits(first, second).Take(UnitsShown), Digits.Side, columns: 8);
        return result;
    }
}
