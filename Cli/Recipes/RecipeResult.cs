namespace GpuNN.Cli;

/// <summary>What a recipe came to.</summary>
/// <param name="Value">The metric on the test set.</param>
/// <param name="Samples">How many training samples this run worked through.</param>
/// <param name="Seconds">How long the training took, without making the data and writing files.</param>
/// <param name="Curves">What goes into <c>loss.svg</c>.</param>
public sealed record RecipeResult(double Value, long Samples, double Seconds, IReadOnlyList<Curve> Curves)
{
    /// <summary>What there was to reach, where that depends on the files; null for the recipe's own goal.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Training samples a second; 0 where nothing was left to train.</summary>
    public double SamplesPerSecond => Seconds > 0 ? Samples / Seconds : 0;
}
