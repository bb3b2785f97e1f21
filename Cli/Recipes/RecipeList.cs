namespace GpuNN.Cli;

/// <summary>Every recipe, in the order of the notes. A new recipe is one file and one line here.</summary>
public static class RecipeList
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new MlpRecipe(),
        new LenetRecipe(),
    ];

    /// <summary>The recipe of that name.</summary>
    /// <exception cref="ArgumentMistake">There is none.</exception>
    public static Recipe Find(string name) =>
        All.FirstOrDefault(recipe => recipe.Name == name)
        ?? throw new ArgumentMistake(
            $"There is no recipe {name}. There are: {string.Join(", ", All.Select(recipe => recipe.Name))}; see gpunn list.");
}
