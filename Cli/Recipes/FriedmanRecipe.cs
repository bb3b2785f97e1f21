namespace GpuNN.Cli;

/// <summary>
/// Regression on an unbounded output: a multilayer perceptron learns Friedman's first function, of which 4 % of the variance is
/// noise. It writes predicted against true numbers as <c>predicted.svg</c>, and the effect of each input beside the true one as
/// <c>effects.svg</c>.
/// </summary>
public sealed class FriedmanRecipe : Recipe
{
    private const int Batch = 64;
    private const float LearningRate = 5e-3f;
    private const int ShortSamples = 1_000;
    private const int PointsOfEffects = 25;
    private const int SamplesOfEffects = 200;

    /// <inheritdoc/>
    public override string Name => "friedman";

    /// <inheritdoc/>
    public override string Chapter => "1.3";

    /// <inheritdoc/>
    public override string Title => "perceptron 10-64-32-1, tanh, identity at the end";

    /// <inheritdoc/>
    public override string OwnData => "Friedman's first function with noise";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "R2";

    /// <inheritdoc/>
    public override int Epochs => 40;

    // the noise allows no more than 0.9597
    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.94;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var seed = (ulong)context.Options.Seed;
        var data = context.Options.Short ? Friedman.Draw(ShortSamples, ShortSamples, seed) : Friedman.Draw(seed: seed);
        var transform = TargetTransform.Standard();
        transform.Fit(data.Train);
        var scaled = new DataPair(transform.Transform(data.Train), transform.Transform(data.Test));

        var model = new Sequential(new Dense(Friedman.Inputs, 64), new Tanh(), new Dense(64, 32), new Tanh(), new Dense(32, 1));
        var trainer = new Trainer(context.Device, model, Loss.HalfSquared, new Adam(LearningRate))
        {
            Seed = seed,
            Schedule = new CosineSchedule(context.Options.Epochs),
            Metrics = [RSquared.For(scaled.Test)],
            Warn = context.Progress.Say,
        };
        var result = context.Fit(trainer, scaled, Batch, Metric);
        model.Save(context.Out("model.safetensors"));

        PredictionPlot.Write(context.Out("predicted.svg"), "Friedman's first function, test samples", "y", data.Test.Targets.ToArray(), Answers(data.Test));
        EffectPlot.Write(
            context.Out("effects.svg"), "Effect of each input: learned (line) and true (dashed)",
            [.. Enumerable.Range(0, Friedman.Inputs).Select(input => Effect(data.Test.Take(SamplesOfEffects), input, Answers))]);
        return result;

        float[] Answers(DataSet set)
        {
            var answers = trainer.Predict(set);
            transform.Inverse(answers);
            return answers;
        }
    }

    private static (Curve Learned, Curve True) Effect(DataSet set, int input, Func<DataSet, float[]> predict)
    {
        double[] values = [.. Enumerable.Range(0, PointsOfEffects).Select(point => (double)point / (PointsOfEffects - 1))];
        return (Centred(predict), Centred(Friedman.Exactly));

        Curve Centred(Func<DataSet, float[]> function)
        {
            var effect = PartialEffect.Of(set, input, values, function);
            var mean = effect.Average();
            return new Curve($"x{input + 1}", values, [.. effect.Select(value => value - mean)]);
        }
    }
}
