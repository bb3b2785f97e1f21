namespace GpuNN.Cli;

/// <summary>
/// The main job: a multilayer perceptron 784-512-512-10 with ReLU and dropout tells handwritten digits apart. It writes
/// the test images that it got wrong as <c>mistakes.png</c>.
/// </summary>
public sealed class MlpRecipe : Recipe
{
    private const int Pixels = 28;
    private const int Hidden = 512;
    private const int Classes = 10;
    private const int Batch = 128;
    private const float LearningRate = 1e-3f;
    private const float DropoutRate = 0.2f;
    private const int MistakesShown = 64;

    /// <inheritdoc/>
    public override string Name => "mlp";

    /// <inheritdoc/>
    public override string Chapter => "1.1";

    /// <inheritdoc/>
    public override string Title => "multilayer perceptron 784-512-512-10";

    /// <inheritdoc/>
    public override string OwnData => "digits drawn by the program";

    /// <inheritdoc/>
    public override string? DataFolder => "mnist";

    /// <inheritdoc/>
    public override string Metric => "accuracy";

    /// <inheritdoc/>
    public override int Epochs => 10;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 0.98 : 0.97;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = context.Files is { } folder ? Mnist.Load(folder) : DrawnDigits.Draw();
        var model = new Sequential(
            new Flatten(),
            new Dense(Pixels * Pixels, Hidden), new Relu(), new Dropout(DropoutRate),
            new Dense(Hidden, Hidden), new Relu(), new Dropout(DropoutRate),
            new Dense(Hidden, Classes));
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs),
            Warn = context.Progress.Say,
        };
        var result = context.Fit(trainer, digits, Batch, Metric);
        model.Save(context.Out("model.safetensors"));
        DrawMistakes(context.Out("mistakes.png"), trainer, digits.Test);
        return result;
    }

    private static void DrawMistakes(string path, Trainer trainer, DataSet test)
    {
        var logits = trainer.Predict(test);
        var labels = test.Labels.Span;
        var wrong = new List<float[]>();
        for (var i = 0; i < test.Count && wrong.Count < MistakesShown; i++)
            if (Largest(logits.AsSpan(i * Classes, Classes)) != labels[i])
                wrong.Add(test.Item(i).ToArray());
        if (wrong.Count > 0)
            ImageSheet.Write(path, wrong, width: Pixels, columns: 8);
        else
            File.Delete(path);
    }

    private static int Largest(ReadOnlySpan<float> logits) => logits.IndexOf(logits.ToArray().Max());
}
