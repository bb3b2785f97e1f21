namespace GpuNN.Cli;

/// <summary>
/// Two maxout layers of 240 units with five pieces tell digits apart that are mere lists of 784 numbers, with dropout of 0.2 at
/// the input and 0.5 at the units, small uniform weights and momentum, as in the source; the rate falls along a cosine, so that a
/// short run ends settled too. It writes the test images that it got wrong as <c>mistakes.png</c> and, a row each, what the
/// pieces of its heaviest units look for as <c>pieces.png</c>: the heaviest on the left, mere noise where a piece hardly ever won.
/// Source: Goodfellow et al. (2013), "Maxout networks".
/// </summary>
public sealed class MaxoutRecipe : Recipe
{
    private const int Units = 240;
    private const int Pieces = 5;
    private const int Batch = 100;
    private const int UnitsShown = 8;
    private const float LearningRate = 0.1f;
    private const float Inertia = 0.7f;
    private const float InputDropout = 0.2f;
    private const float HiddenDropout = 0.5f;
    private const float WeightRange = 0.02f;
    private const float LargestNorm = 1.9365f;

    /// <inheritdoc/>
    public override string Name => "maxout";

    /// <inheritdoc/>
    public override string Chapter => "6.1.2";

    /// <inheritdoc/>
    public override string Title => "maxout network 784-240-240-10 of five pieces, with dropout";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => Digits.Folder;

    /// <inheritdoc/>
    public override string Metric => "accuracy";

    /// <inheritdoc/>
    public override int Epochs => 20;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 0.985 : 0.99;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var weights = Inits.Uniform(-WeightRange, WeightRange);
        var first = new Maxout(Digits.Side * Digits.Side, Units, Pieces, weights);
        var model = new Sequential(
            new Flatten(), new Dropout(InputDropout),
            first, new Dropout(HiddenDropout),
            new Maxout(Units, Units, Pieces, weights), new Dropout(HiddenDropout),
            new Dense(Units, Digits.Classes, init: weights));
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Momentum(LearningRate) { Decay = Inertia })
        {
            Seed = (ulong)context.Options.Seed,
            Constraints = [new MaxNorm(LargestNorm)],
            Schedule = new CosineSchedule(context.Options.Epochs * ((digits.Train.Count + Batch - 1) / Batch)) { Clock = ScheduleClock.Steps },
            Warn = context.Progress.Say,
        };
        var result = context.Fit(trainer, digits, Batch, Metric);
        model.Save(context.Out("model.safetensors"));
        MistakeSheet.Write(context.Out("mistakes"), digits.Test, trainer.Predict(digits.Test));
        FilterSheet.Write(context.Out("pieces.png"), FilterSheet.HeaviestUnits(first).Take(UnitsShown).SelectMany(unit => unit), Digits.Side, columns: Pieces);
        return result;
    }
}
