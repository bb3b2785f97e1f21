namespace GpuNN.Cli;

/// <summary>
/// Adding two marked numbers of a sequence of 100 to 110, by a simple recurrent network, gated recurrent units and long short-term memory with the
/// same budget. It writes the mean squared error of each by epoch as <c>errors.png</c>; who always answers one half stays at 1/24.
/// The metric is the share of 2,560 new sequences that the long short-term memory answers within 0.04.
/// The gates' biases start with memories of up to 100 steps; with a forget bias of 1 instead nothing is learned in 300,000 sequences.
/// Sources: Hochreiter and Schmidhuber (1997), experiment 4, which took 74,000 sequences; Tallec and Ollivier (2018) for the biases.
/// </summary>
public sealed class AddingRecipe : Recipe
{
    private const int Shortest = 100;
    private const int Units = 48;
    private const int Batch = 50;
    private const int Sequences = 20_000;
    private const float LearningRate = 4e-3f;

    /// <inheritdoc/>
    public override string Name => "adding";

    /// <inheritdoc/>
    public override string Chapter => "15.2";

    /// <inheritdoc/>
    public override string Title => "adding two marked numbers of a hundred: simple, gated and long short-term memory";

    /// <inheritdoc/>
    public override string OwnData => "sequences of numbers with two marks";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => new WithinTolerance(AddingProblem.Tolerance).Name;

    /// <inheritdoc/>
    public override int Epochs => 5;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.99;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var seed = (ulong)context.Options.Seed;
        var data = context.Options.Short ? AddingProblem.DrawOriginal(24, train: 600, test: 100, seed: seed) : AddingProblem.DrawOriginal(Shortest, Sequences, seed: seed);
        var simple = Train(context, "simple", data, new SimpleRnn(2, Units) { ReturnsSteps = false });
        var gated = Train(context, "gated", data, new Gru(2, Units, longestMemory: Shortest) { ReturnsSteps = false });
        var memory = Train(context, "long short-term memory", data, new Lstm(2, Units, longestMemory: Shortest) { ReturnsSteps = false });
        Trial[] trials = [simple, gated, memory];
        NormPlot.Write(context.Out("errors.png"), $"Adding two numbers of {data.Train.ItemShape[0]} steps", "mean squared error on new sequences",
            trials.Select(trial => new Curve(trial.Name, [.. trial.History.Select(epoch => (double)epoch.Epoch)], [.. trial.History.Select(epoch => epoch.Judged.Loss)])), by: "epoch");
        memory.Trainer.Model.Save(context.Out("model.safetensors"));
        return new RecipeResult(
            memory.History.Last.Judged[Metric], trials.Sum(trial => trial.Samples), trials.Sum(trial => trial.Seconds), [.. trials.Select(trial => trial.Loss)]);
    }

    private Trial Train(RecipeContext context, string name, DataPair data, RecurrentLayer layer)
    {
        var trainer = new Trainer(context.Device, new Sequential(new MaskedSequence(layer), new Dense(Units, 1)), Loss.MeanSquared, new Adam(LearningRate) { ClipNorm = 1 })
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs),
            Metrics = [new WithinTolerance(AddingProblem.Tolerance)],
            Warn = context.Progress.Say,
        };
        return Trial.Run(context, name, trainer, data.Train, data.Test, Batch, Metric);
    }
}
