using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace GpuNN.Cli;

/// <summary><c>gpunn list [--json]</c>: every recipe with its chapter of the notes, its data, metric and target, and the settings that recipes have.</summary>
public static class ListCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var json = Options.Json("Print one JSON array.");
        var command = new Command("list", "Lists the recipes.") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
                terminal.Output.WriteLine(JsonText.Of(RecipeList.All.Select(Describe)));
            else
                WriteTable(terminal);
            return ExitCode.Reached;
        });
        return command;
    }

    private static RecipeDescription Describe(Recipe recipe) => new(
        recipe.Name, recipe.Chapter, recipe.Title, recipe.OwnData, recipe.Metric, recipe.Target(onFiles: false),
        recipe.DataFolder, recipe.DataFolder is null ? null : recipe.Target(onFiles: true),
        recipe.Settings.Count == 0 ? null : recipe.Settings);

    private static void WriteTable(Terminal terminal)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("recipe", "chapter", "trains", "data", "metric", "target", "with --data", "target there");
        foreach (var recipe in RecipeList.All)
            table.AddRow([.. Cells(recipe).Select(cell => new Text(cell))]);
        terminal.Screen.Write(table);

        var settings = new Table().Border(TableBorder.Simple).AddColumns("recipe", "--set", "chooses");
        foreach (var (recipe, setting) in RecipeList.All.SelectMany(recipe => recipe.Settings, (recipe, setting) => (recipe, setting)))
            settings.AddRow(new Text(recipe.Name), new Text(setting.Name), new Text(setting.Description));
        if (settings.Rows.Count > 0)
            terminal.Screen.Write(settings);
    }

    private static string[] Cells(Recipe recipe) =>
    [
        recipe.Name, recipe.Chapter, recipe.Title, recipe.OwnData, recipe.Metric, Number(recipe.Target(onFiles: false)),
        recipe.DataFolder ?? "-", recipe.DataFolder is null ? "-" : Number(recipe.Target(onFiles: true)),
    ];

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
