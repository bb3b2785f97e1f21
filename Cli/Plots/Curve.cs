namespace GpuNN.Cli;

/// <summary>A named line of a plot.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="X">Where each point lies, for example the epoch.</param>
/// <param name="Y">How high each point lies; points that are not finite are left out.</param>
public sealed record Curve(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y);
