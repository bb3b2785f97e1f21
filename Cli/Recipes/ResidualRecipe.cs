namespace GpuNN.Cli;

/// <summary>
/// Fifty dense layers tell handwritten digits apart where every other layer has a shortcut past it, and stay at chance without the
/// shortcuts: rectifiers halve the numbers and the gradients at each layer. He's initial weights, twice the variance, make up
/// for that and are the third curve. The accuracies by epoch are in <c>shortcuts.png</c>.
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
        var residual = Make(context, shortcuts: true, Inits.GlorotUniform);
        var with = context.Fit(residual, digits, Batch, "accuracy");
        residual.Model.Save(context.Out("model.safetensors"));
        Trial Plain(string name, Init init) =>
            Trial.Run(context, name, Make(context, shortcuts: false, init), digits.Train, digits.Test, Batch, "accuracy");
        var without = Plain("without shortcuts", Inits.GlorotUniform);
        var wider = Plain("without shortcuts, weights of He", Inits.HeUniform);
        CurvePlot.Write(
            context.Out("shortcuts.png"), $"Digits by {2 * BlocksOf(context) + 2} dense layers of {Width} units", "accuracy on the test set",
            [context.Judged("with shortcuts"), without.Accuracy, wider.Accuracy], ScottPlot.Alignment.MiddleRight);
        return with with
        {
            Value = with.Value - without.History.Last.Judged.Accuracy,
            Curves = [.. with.Curves, without.Loss, wider.Loss],
        };
    }

    private static int BlocksOf(RecipeContext context) => context.Options.Short ? BlocksShort : Blocks;

    private static Trainer Make(RecipeContext context, bool shortcuts, Init init)
    {
        var model = new ResidualMlp(Digits.Side * Digits.Side, Width, BlocksOf(context), Digits.Classes, shortcuts, init);
        return new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Warn = context.Progress.Say,
        };
    }
}
