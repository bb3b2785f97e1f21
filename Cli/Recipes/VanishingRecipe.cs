using GpuNN.Pointwise;

namespace GpuNN.Cli;

/// <summary>
/// Ten hidden layers of 64 units learn handwritten digits twice with the same budget: with sigmoids and small normal weights, whose
/// gradients vanish on their way to the first layers, and with rectifiers and He's weights, which cure it. It writes the norms of
/// gradients and outputs by layer before training as <c>gradients.png</c>, <c>outputs.png</c> and <c>layers.txt</c>; each network
/// trains in a folder of its own. The metric is how much more of the test set the rectifiers get right: 0.85 can only be reached
/// by 95 % or more, as guessing gets 10 %.
/// </summary>
public sealed class VanishingRecipe : Recipe
{
    private const int Depth = 10;
    private const int Units = 64;
    private const int Batch = 64;
    private const int Probed = 256;
    private const float LearningRate = 1e-3f;
    private const float SmallDeviation = 0.01f;

    /// <inheritdoc/>
    public override string Name => "vanishing";

    /// <inheritdoc/>
    public override string Chapter => "4.2.2";

    /// <inheritdoc/>
    public override string Title => "ten hidden layers of 64, rectifiers against sigmoids";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => Digits.Folder;

    /// <inheritdoc/>
    public override string Metric => "accuracy gained";

    /// <inheritdoc/>
    public override int Epochs => 12;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.85;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var relu = Train<Pointwise.Relu>(context, "relu", digits, Inits.HeNormal);
        var sigmoid = Train<Pointwise.Sigmoid>(context, "sigmoid", digits, Inits.Normal(SmallDeviation));
        Draw(context, "gradients.png", "Before training: the gradient by each layer's weights", "norm of the gradient", layer => layer.Gradient!.Value, relu, sigmoid);
        Draw(context, "outputs.png", "Before training: what each layer makes", "root mean square", layer => layer.Output!.Value, relu, sigmoid);
        File.WriteAllText(context.Out("layers.txt"), string.Join("\n\n", new[] { relu, sigmoid }.Select(run => $"{run.Name}\n{run.Before}")) + "\n");
        return new RecipeResult(
            relu.Result.Value - sigmoid.Result.Value, relu.Result.Samples + sigmoid.Result.Samples, relu.Result.Seconds + sigmoid.Result.Seconds,
            [.. new[] { relu, sigmoid }.SelectMany(run => run.Result.Curves.Select(curve => curve with { Name = $"{run.Name}, {curve.Name}" }))]);
    }

    private static Trained Train<F>(RecipeContext context, string name, DataPair digits, Init init) where F : struct, IPointwise
    {
        var inner = context.Within(name);
        var model = new Sequential(
        [
            new Flatten(),
            .. Enumerable.Range(0, Depth).SelectMany(layer => new Layer[] { new Dense(layer == 0 ? Digits.Side * Digits.Side : Units, Units, init: init), new Map<F>() }),
            new Dense(Units, Digits.Classes, init: init),
        ]);
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs),
            Warn = context.Progress.Say,
        };
        context.Device.Parameters.Seed = trainer.Seed;
        var before = new GradientProbe(context.Device, model, trainer.Loss).Measure(digits.Train.Take(Probed));
        context.Progress.Say($"{name}: gradients are {before.Verdict.ToString().ToLowerInvariant()}, the first layer's {before.Ratio:0.0E+00} of the last's");
        var result = inner.Fit(trainer, digits, Batch, "accuracy");
        model.Save(inner.Out("model.safetensors"));
        return new Trained(name, before, result);
    }

    private static void Draw(RecipeContext context, string file, string title, string label, Func<LayerGradient, double> figure, params Trained[] runs) =>
        NormPlot.Write(context.Out(file), title, label, runs.Select(run =>
        {
            LayerGradient[] layers = [.. run.Before.Layers.Where(layer => layer.Gradient is not null)];
            return new Curve(run.Name, [.. Enumerable.Range(1, layers.Length).Select(layer => (double)layer)], [.. layers.Select(figure)]);
        }));

    private sealed record Trained(string Name, GradientReport Before, RecipeResult Result);
}
