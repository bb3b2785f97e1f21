namespace GpuNN.Cli;

/// <summary>The outcome of <c>gpunn train</c>, as <c>--json</c> prints it.</summary>
/// <param name="Recipe">Its name.</param>
/// <param name="Device">The device it ran on.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Data">The folder that was read, or the name of the recipe's own data.</param>
/// <param name="Metric">What was measured on the test set.</param>
/// <param name="Value">The figure; an accuracy is a fraction.</param>
/// <param name="Target">The figure to reach.</param>
/// <param name="Reached">Whether it did.</param>
/// <param name="Seconds">From the start of the job to the last file, in seconds.</param>
/// <param name="SamplesPerS">Training samples a second.</param>
/// <param name="Out">The folder that was written to.</param>
public sealed record TrainOutcome(
    string Recipe, string Device, int Seed, string Data, string Metric, double Value, double Target, bool Reached,
    double Seconds, double SamplesPerS, string Out);
