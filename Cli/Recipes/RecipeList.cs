using System.Reflection;

namespace GpuNN.Cli;

/// <summary>Every recipe of this program, in the order of the notes. A new recipe is one file.</summary>
public static class RecipeList
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Recipe)) && !type.IsAbstract)
            .Select(type => (Recipe)Activator.CreateInstance(type)!)
            .OrderBy(recipe => Version.Parse(recipe.Chapter.Contains('.') ? recipe.Chapter : $"{recipe.Chapter}.0")).ThenBy(recipe => recipe.Name, StringComparer.Ordinal),
    ];

    /// <summary>The recipe of that name.</summary>
    /// <exception cref="ArgumentMistake">There is none.</exception>
    public static Recipe Find(string name) =>
        All.FirstOrDefault(recipe => recipe.Name == name)
        ?? throw new ArgumentMistake(
            $"There is no recipe {name}. There are: {string.Join(", ", All.Select(recipe => recipe.Name))}; see gpunn list.");
}
