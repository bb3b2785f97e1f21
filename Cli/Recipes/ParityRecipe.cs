namespace GpuNN.Cli;

/// <summary>
/// Parity of four bits, by as many hidden units as bits, from ten different seeds. The loss of each seed by epoch is in
/// <c>seeds.png</c>: long plateaus and sudden falls. Small weights to begin with help: the units then part ways one after the other. Of 100
/// other seeds 99 learn every row.
/// </summary>
public sealed class ParityRecipe : Recipe
{
    private const int Bits = 4;
    private const int Seeds = 10;
    private const float LearningRate = 0.01f;
    private const float Spread = 0.05f;

    /// <inheritdoc/>
    public override string Name => "parity";

    /// <inheritdoc/>
    public override string Chapter => "1.4.1";

    /// <inheritdoc/>
    public override string Title => "parity of 4 bits by a 4-4-1 network with tanh, from ten seeds";

    /// <inheritdoc/>
    public override string OwnData => "all 16 rows of 4 bits";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "share of seeds that learn every row";

    /// <inheritdoc/>
    public override int Epochs => 20_000;

    /// <inheritdoc/>
    public override int ShortEpochs => 200;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.9;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        // -1 and 1 instead of 0 and 1: a unit then turns about the middle of the cube
        var rows = Parity.Rows(Bits).Map(Signs).MapTargets(Signs);
        Trial[] trials = [.. Enumerable.Range(0, Seeds).Select(index => Learn(context, rows, context.Options.Seed * Seeds + index))];
        var mean = new Curve("mean of the seeds", trials[0].Loss.X, [.. trials[0].Loss.X.Select((_, epoch) => trials.Average(trial => trial.Loss.Y[epoch]))]);
        CurvePlot.Write(context.Out("seeds.png"), "Parity of 4 bits by a 4-4-1 network", "mean squared error", trials.Select(trial => trial.Loss));
        return new RecipeResult(
            trials.Count(trial => trial.Trainer.Evaluate(rows).Accuracy == 1) / (double)Seeds,
            trials.Sum(trial => trial.Samples), trials.Sum(trial => trial.Seconds), [mean]);
    }

    private static Trial Learn(RecipeContext context, DataSet rows, int seed)
    {
        var init = Inits.Uniform(-Spread, Spread);
        var model = new Sequential(new Dense(Bits, Bits, init: init), new Tanh(), new Dense(Bits, 1, init: init));
        var trainer = new Trainer(context.Device, model, Loss.MeanSquared, new Adam(LearningRate))
        {
            Seed = (ulong)seed,
            Metrics = [new BinaryAccuracy { TargetThreshold = 0 }],
            Warn = context.Progress.Say,
        };
        return Trial.Run(context, $"seed {seed}", trainer, rows, null, rows.Count, "accuracy");
    }

    private static void Signs(ReadOnlySpan<float> bits, Span<float> signs)
    {
        for (var bit = 0; bit < bits.Length; bit++)
            signs[bit] = 2 * bits[bit] - 1;
    }
}
