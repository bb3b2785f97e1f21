namespace GpuNN.Cli;

/// <summary>What a recipe is given to run with.</summary>
/// <param name="Device">Where it trains; the job disposes it.</param>
/// <param name="Options">Epochs, seed and where to write.</param>
/// <param name="Files">The folder of the recipe's real files, or null for its own data.</param>
/// <param name="Progress">Told after every step and epoch.</param>
public sealed record RecipeContext(Device Device, TrainOptions Options, string? Files, TrainingProgress Progress)
{
    /// <summary>Path of a file in the out folder.</summary>
    public string Out(string name) => Path.Combine(Options.Out, name);
}
