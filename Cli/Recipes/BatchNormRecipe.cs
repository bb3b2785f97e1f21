namespace GpuNN.Cli;

/// <summary>
/// Three hidden layers of a hundred sigmoid units tell handwritten digits apart, with batch normalisation before each sigmoid and
/// without. Both accuracies by epoch are in <c>batchnorm.png</c>. Then the test images lose contrast and gain brightness, and
/// the statistics are taken anew from them.
/// </summary>
public sealed class BatchNormRecipe : Recipe
{
    private const int Hidden = 100;
    private const int HiddenLayers = 3;
    private const int Batch = 60;
    private const float LearningRate = 0.1f;
    private const float Contrast = 0.3f;
    private const float Brightness = 0.4f;

    /// <inheritdoc/>
    public override string Name => "batchnorm";

    /// <inheritdoc/>
    public override string Chapter => "3.1.2";

    /// <inheritdoc/>
    public override string Title => "three layers of 100 sigmoid units, with batch normalisation and without";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => Digits.Folder;

    /// <inheritdoc/>
    public override string Metric => "accuracy gained by batch normalisation";

    /// <inheritdoc/>
    public override int Epochs => 15;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.01;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var normalised = Make(context, normalised: true);
        var with = context.Fit(normalised, digits, Batch, "accuracy");
        normalised.Model.Save(context.Out("model.safetensors"));
        var without = Trial.Run(context, "without batch normalisation", Make(context, normalised: false), digits.Train, digits.Test, Batch, "accuracy");
        CurvePlot.Write(
            context.Out("batchnorm.png"), $"Digits by {HiddenLayers} layers of {Hidden} sigmoid units", "accuracy on the test set",
            [context.Judged("with batch normalisation"), without.Accuracy], ScottPlot.Alignment.LowerRight);
        TellOfShift(context, normalised, digits.Test);
        return with with
        {
            Value = with.Value - without.History.Last.Judged.Accuracy,
            Curves = [.. with.Curves, without.Loss],
        };
    }

    private static Trainer Make(RecipeContext context, bool normalised)
    {
        var layers = new List<Layer> { new Flatten() };
        var inputs = Digits.Side * Digits.Side;
        for (var layer = 0; layer < HiddenLayers; layer++)
        {
            layers.Add(new Dense(inputs, Hidden));
            if (normalised)
                layers.Add(new BatchNorm(Hidden));
            layers.Add(new Sigmoid());
            inputs = Hidden;
        }
        var model = new Sequential([.. layers, new Dense(inputs, Digits.Classes)]);
        return new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Sgd(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs),
            Warn = context.Progress.Say,
        };
    }

    private static void TellOfShift(RecipeContext context, Trainer trainer, DataSet test)
    {
        var shifted = test.Map((image, paler) =>
        {
            for (var pixel = 0; pixel < image.Length; pixel++)
                paler[pixel] = Contrast * image[pixel] + Brightness;
        });
        var before = trainer.Evaluate(test).Accuracy;
        var after = trainer.Evaluate(shifted).Accuracy;
        BatchNorm.Reestimate(context.Device, trainer.Model, shifted);
        context.Progress.Say(FormattableString.Invariant(
            $"accuracy {before:0.0000}; with contrast {Contrast} and brightness {Brightness} {after:0.0000}, statistics taken anew {trainer.Evaluate(shifted).Accuracy:0.0000}"));
    }
}
