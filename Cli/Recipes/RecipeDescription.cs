namespace GpuNN.Cli;

/// <summary>A recipe as <c>gpunn list --json</c> prints it.</summary>
/// <param name="Name">What is typed after <c>train</c>.</param>
/// <param name="Chapter">Heading of the notes.</param>
/// <param name="Title">What is trained, in a few words.</param>
/// <param name="Data">What it learns from when no data is given.</param>
/// <param name="Metric">What is measured in the end.</param>
/// <param name="Target">The figure to reach on that data.</param>
/// <param name="DataFolder">The folder that it looks for under <c>--data</c>, if it reads files at all.</param>
/// <param name="TargetOnFiles">The figure to reach on those files.</param>
/// <param name="Settings">What <c>--set</c> can choose, if there is anything.</param>
public sealed record RecipeDescription(
    string Name, string Chapter, string Title, string Data, string Metric, double Target, string? DataFolder, double? TargetOnFiles,
    IReadOnlyList<RecipeSetting>? Settings);
