namespace GpuNN.Cli;

/// <summary>
/// How old information degrades: a simple recurrent network and a long short-term memory learn to add two marked numbers of a sequence of 100 with the
/// same budget. It writes the gradient of the last output by states ever further back, before training, as <c>memory.png</c>, and the errors by
/// epoch as <c>errors.png</c>. The metric is the error of the simple network, which stays near that of always answering 1, over that of the memory.
/// Sources: Bengio, Simard and Frasconi (1994); Le, Jaitly and Hinton (2015) for the task.
/// </summary>
public sealed class MemoryRecipe : Recipe
{
    private const int Steps = 100;
    private const int Units = 48;
    private const int Batch = 50;
    private const int Sequences = 20_000;
    private const int Probed = 32;
    private const float LearningRate = 4e-3f;

    /// <inheritdoc/>
    public override string Name => "memory";

    /// <inheritdoc/>
    public override string Chapter => "15.1.1";

    /// <inheritdoc/>
    public override string Title => "what a simple recurrent network forgets and long short-term memory keeps";

    /// <inheritdoc/>
    public override string OwnData => "sequences of 100 numbers with two marks";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "error of the simple network over that of the memory";

    /// <inheritdoc/>
    public override int Epochs => 5;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 10;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var seed = (ulong)context.Options.Seed;
        var data = context.Options.Short ? AddingProblem.Draw(Steps / 5, 600, 100, seed) : AddingProblem.Draw(Steps, Sequences, seed: seed);
        (string Name, RecurrentLayer Layer)[] layers =
        [
            ("simple", new SimpleRnn(2, Units) { ReturnsSteps = false }), ("long short-term memory", new Lstm(2, Units, longestMemory: Steps) { ReturnsSteps = false }),
        ];
        var steps = data.Train.ItemShape[0];
        int[] distances = [.. new[] { 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99 }.Where(k => k < steps)];
        context.Device.Parameters.Seed = seed;
        var norms = layers.Select(each => new Curve(each.Name, [.. distances.Select(k => (double)k)],
            MemoryProbe.Measure(context.Device, each.Layer, data.Test.Inputs[..(Probed * steps * 2)].ToArray(), Probed, distances))).ToArray();
        NormPlot.Write(context.Out("memory.png"), "Before training: what reaches the last output from so far back", "norm of the gradient", norms, by: "steps back");
        var trials = layers.Select(each => Train(context, each.Name, data, each.Layer)).ToArray();
        NormPlot.Write(context.Out("errors.png"), $"Adding two numbers of {steps} steps", "mean squared error on new sequences",
            trials.Select(trial => new Curve(trial.Name, [.. trial.History.Select(epoch => (double)epoch.Epoch)], [.. trial.History.Select(epoch => epoch.Judged.Loss)])), by: "epoch");
        trials[1].Trainer.Model.Save(context.Out("model.safetensors"));
        return new RecipeResult(
            trials[0].History.Last.Judged.Loss / trials[1].History.Last.Judged.Loss, trials.Sum(trial => trial.Samples), trials.Sum(trial => trial.Seconds),
            [.. trials.Select(trial => trial.Loss)]);
    }

    private static Trial Train(RecipeContext context, string name, DataPair data, RecurrentLayer layer)
    {
        var trainer = new Trainer(context.Device, new Sequential(layer, new Dense(Units, 1)), Loss.MeanSquared, new Adam(LearningRate) { ClipNorm = 1 })
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs),
            Metrics = [new RootMeanSquaredError()],
            Warn = context.Progress.Say,
        };
        return Trial.Run(context, name, trainer, data.Train, data.Test, Batch, trainer.Metrics[0].Name);
    }
}
