namespace GpuNN.Cli;

/// <summary>Something of a recipe's own that <c>--set NAME=VALUE</c> chooses.</summary>
/// <param name="Name">What stands before the equals sign.</param>
/// <param name="Description">What it chooses, and what holds without it.</param>
public sealed record RecipeSetting(string Name, string Description);
