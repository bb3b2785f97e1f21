using System.CommandLine;
using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// <c>gpunn targets [--recipes A,B] [--data DIR] [--seeds N] [--out DIR]</c>: trains recipes in full, from several seeds, and prints a table of what
/// they came to. With a data folder it runs the recipes whose files are there, without one all of them on their own data.
/// </summary>
public static class TargetsCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var names = new Option<string>("--recipes") { Description = "Names of gpunn list, separated by commas; all by default.", HelpName = "A,B" };
        var data = new Option<DirectoryInfo>("--data") { Description = "Folder with real files, one folder a data set.", HelpName = "DIR" };
        data.AcceptExistingOnly();
        var seeds = Options.AtLeast(1, "--seeds", "How many seeds each recipe is trained from, 1 and up; 1 by default.");
        var target = new Option<DirectoryInfo>("--out") { Description = "Folder for the runs; runs/targets by default.", HelpName = "DIR" };
        var command = new Command("targets", "Trains recipes in full and prints a table of their figures.") { names, data, seeds, target };
        command.SetAction(parsed =>
        {
            var files = parsed.GetValue(data)?.ToString();
            var recipes = Choose(parsed.GetValue(names), files);
            var missed = 0;
            terminal.Output.WriteLine("| recipe | data | metric | target | mean | seeds | reached | seconds a run |\n| --- | --- | --- | --- | --- | --- | --- | --- |");
            foreach (var recipe in recipes)
            {
                var outcomes = Enumerable.Range(1, parsed.GetValue(seeds) ?? 1)
                    .Select(seed => TrainJob.Run(recipe, OptionsOf(recipe, files, seed, parsed.GetValue(target)?.ToString()), Terminal.Plain(TextWriter.Null, terminal.Error)))
                    .ToArray();
                var reached = new Goal(outcomes[0].Metric, outcomes[0].Target, recipe.LargerIsBetter).IsReachedBy(outcomes.Average(outcome => outcome.Value));
                missed += reached ? 0 : 1;
                terminal.Output.WriteLine(Row(outcomes, files is null ? "its own" : $"`{recipe.DataFolder}`", reached));
                terminal.Output.Flush();
            }
            return missed == 0 ? ExitCode.Reached : ExitCode.Missed;
        });
        return command;
    }

    private static IReadOnlyList<Recipe> Choose(string? names, string? files)
    {
        var chosen = names is null ? RecipeList.All : [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(RecipeList.Find)];
        return files is null ? chosen : [.. chosen.Where(recipe => recipe.DataFolder is { } folder and not Recipe.AnyFolder && Directory.Exists(Path.Combine(files, folder)))];
    }

    private static TrainOptions OptionsOf(Recipe recipe, string? files, int seed, string? target) => new()
    {
        Data = files,
        Epochs = recipe.Epochs,
        Seed = seed,
        Out = Path.Combine(target ?? Path.Combine("runs", "targets"), files is null ? recipe.Name : $"{recipe.Name}-{recipe.DataFolder}", $"seed-{seed}"),
    };

    private static string Row(TrainOutcome[] outcomes, string data, bool reached)
    {
        string[] values = [.. outcomes.Select(outcome => outcome.Value.ToString("0.####", CultureInfo.InvariantCulture))];
        return string.Create(CultureInfo.InvariantCulture,
            $"| `{outcomes[0].Recipe}` | {data} | {outcomes[0].Metric} | {outcomes[0].Target:0.####} | {outcomes.Average(outcome => outcome.Value):0.####} | {string.Join(", ", values)} | {(reached ? "yes" : "no")} | {outcomes.Average(outcome => outcome.Seconds):0} |");
    }
}
