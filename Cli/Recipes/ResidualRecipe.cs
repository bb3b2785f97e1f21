namespace GpuNN.Cli;

/// <summary>
/// Fifty dense layers tell handwritten digits apart where every other layer has a shortcut past it, and learn next to nothing
/// without the shortcuts. Both accuracies by epoch are in <c>shortcuts.png</c>.
/// </summary>
public sealed class ResidualRecipe : Recipe
{
    private const int Width = 64;
    private const int Blocks = 24;
    private const int BlocksShort = 6;
    private const int Batch = 128;
    private const float LearningRate = 1e-3f;

    /// <inheritdoc/>
    public override string Name => "residual";

    /// <inheritdoc/>
    public override string Chapter => "2.1.9";

    /// <inheritdoc/>
    public override string Title => "50 dense layers of 64 units, with shortcuts and without";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => Digits.Folder;

    /// <inheritdoc/>
    public override string Metric => "accuracy gained by the shortcuts";

    /// <inheritdoc/>
    public override int Epochs => 10;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.5;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var residual = Make(context, shortcuts: true);
        var with = context.Fit(residual, digits, Batch, "accuracy");
        residual.Model.Save(context.Out("model.safetensors"));
        var without = Trial.Run(context, "without shortcuts", Make(context, shortcuts: false), digits.Train, digits.Test, Batch, "accuracy");
        return with with
        {
            Value = with.Value - without.History.Last.Judged.Accuracy,
            Curves = [.. with.Curves, without.Loss],
        };
    }

    private static Trainer Make(RecipeContext context, bool shortcuts)
    {
        var model = new ResidualMlp(Digits.Side * Digits.Side, Width, context.Options.Short ? BlocksShort : Blocks, Digits.Classes, shortcuts);
        return new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Warn = context.Progress.Say,
        };
    }
}
