namespace GpuNN.Cli;

/// <summary>
/// A perceptron 784-512-512-10 whose hidden units compete in pairs tells handwritten digits apart, without dropout. It writes
/// the test images that it got wrong as <c>mistakes.png</c> and, as <c>winners.svg</c>, which unit of a pair wins for which
/// digit: every class has a network of its own inside the one that is trained.
/// Source: Srivastava et al. (2013), "Compete to compute".
/// </summary>
public sealed class LwtaRecipe : Recipe
{
    private const int Hidden = 512;
    private const int Block = 2;
    private const int Batch = 100;
    private const float LearningRate = 1e-3f;
    private const int PairsShown = 48;

    /// <inheritdoc/>
    public override string Name => "lwta";

    /// <inheritdoc/>
    public override string Chapter => "6.1.1";

    /// <inheritdoc/>
    public override string Title => "perceptron 784-512-512-10 of units that compete in pairs";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => Digits.Folder;

    /// <inheritdoc/>
    public override string Metric => "accuracy";

    /// <inheritdoc/>
    public override int Epochs => 15;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 0.98 : 0.985;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var competing = new Sequential(
            new Flatten(),
            new Dense(Digits.Side * Digits.Side, Hidden), new Lwta(Block),
            new Dense(Hidden, Hidden), new Lwta(Block));
        var model = new Sequential(competing, new Dense(Hidden, Digits.Classes));
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs * ((digits.Train.Count + Batch - 1) / Batch)) { Clock = ScheduleClock.Steps },
            Warn = context.Progress.Say,
        };
        var result = context.Fit(trainer, digits, Batch, Metric);
        model.Save(context.Out("model.safetensors"));
        MistakeSheet.Write(context.Out("mistakes"), digits.Test, trainer.Predict(digits.Test));
        var activations = context.Device.Compile(graph => competing.Apply(graph.Input("digits")), training: false, name: "winners")
            .Run(Feed.Of("digits", digits.Test.Inputs, digits.Test.ItemShape.Prepend(digits.Test.Count)))[0].ToArray();
        WinnerMap.Write(context.Out("winners.svg"), activations, digits.Test, Hidden, PairsShown);
        return result;
    }
}
