namespace GpuNN.Cli;

/// <summary>
/// The main job: a convolutional network of the LeNet kind tells handwritten digits apart. It writes the test images that it got
/// wrong as <c>mistakes.png</c> and the filters of its first convolution as <c>filters.png</c>.
/// </summary>
public sealed class LenetRecipe : Recipe
{
    private const int Batch = 64;
    private const float LearningRate = 1e-3f;
    private const float DropoutRate = 0.4f;
    private const int FilterColumns = 8;

    /// <inheritdoc/>
    public override string Name => "lenet";

    /// <inheritdoc/>
    public override string Chapter => "9.1";

    /// <inheritdoc/>
    public override string Title => "convolutional network, 5x5 of 32 and 64, dense 1024-10";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => Digits.Folder;

    /// <inheritdoc/>
    public override string Metric => "accuracy";

    /// <inheritdoc/>
    public override int Epochs => 5;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 0.991 : 0.985;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var model = new LeNet(dropout: DropoutRate);
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs * ((digits.Train.Count + Batch - 1) / Batch)) { Clock = ScheduleClock.Steps },
            Warn = context.Progress.Say,
        };
        var result = context.Fit(trainer, digits, Batch, Metric);
        model.Save(context.Out("model.safetensors"));
        MistakeSheet.Write(context.Out("mistakes"), digits.Test, trainer.Predict(digits.Test));
        var filters = model.First.Weight;
        FilterSheet.Write(context.Out("filters.png"), filters.ToArray().Chunk(filters.Shape[^2] * filters.Shape[^1]), filters.Shape.Last, FilterColumns);
        return result;
    }
}
