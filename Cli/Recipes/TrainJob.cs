using System.Diagnostics;
using System.Globalization;
using GpuNN.Kernels;
using Microsoft.Extensions.Logging.Abstractions;

namespace GpuNN.Cli;

/// <summary>Runs a recipe from its options to the files in the out folder.</summary>
public static class TrainJob
{
    /// <summary>Trains, writes <c>loss.svg</c> and <c>run.json</c> beside the recipe's files, and says what came out.</summary>
    public static TrainOutcome Run(Recipe recipe, TrainOptions options, Terminal terminal) => Run(recipe, options, terminal, out _);

    /// <summary>As above, with what the recipe came to.</summary>
    public static TrainOutcome Run(Recipe recipe, TrainOptions options, Terminal terminal, out RecipeResult result)
    {
        var start = Stopwatch.GetTimestamp();
        CheckSettings(recipe, options);
        var files = FilesOf(recipe, options.Data);
        using var device = Open(options.Device);
        Directory.CreateDirectory(options.Out);
        var progress = TrainingProgress.For(terminal, recipe.Metric);
        progress.Say($"{recipe.Name}: {recipe.Title}; {files ?? recipe.OwnData}; {device}");

        var context = new RecipeContext(device, options, files, progress);
        result = progress.Watch(() => recipe.Run(context));

        LossPlot.Write(context.Out("loss.svg"), recipe.Name, result.Curves);
        var goal = result.Goal ?? recipe.Goal(files is not null);
        var outcome = new TrainOutcome(
            recipe.Name, device.Name, options.Seed, files ?? recipe.OwnData, goal.Metric, result.Value,
            goal.Target, goal.IsReachedBy(result.Value), Stopwatch.GetElapsedTime(start).TotalSeconds,
            result.SamplesPerSecond, options.Out);
        File.WriteAllText(context.Out("run.json"), RunRecord.Of(outcome, options) + "\n");
        progress.Say(Sentence(outcome));
        return outcome;
    }

    private static void CheckSettings(Recipe recipe, TrainOptions options)
    {
        foreach (var name in options.Settings.Keys)
            if (recipe.Settings.All(known => known.Name != name))
                throw new ArgumentMistake($"The recipe {recipe.Name} has no setting {name}. "
                    + (recipe.Settings.Count == 0 ? "It has none at all." : $"It has: {string.Join(", ", recipe.Settings.Select(known => known.Name))}; see gpunn list."));
    }

    private static Device Open(string? name)
    {
        try
        {
            return Device.Open(name, NullLogger.Instance);
        }
        catch (DeviceException unknown)
        {
            throw new ArgumentMistake(unknown.Message, unknown);
        }
    }

    private static string? FilesOf(Recipe recipe, string? data)
    {
        if (data is null)
            return null;
        if (recipe.DataFolder is not { } folder)
            throw new ArgumentMistake($"The recipe {recipe.Name} makes its own data and reads no files. Leave out --data.");
        var path = folder == Recipe.AnyFolder ? data : Path.Combine(data, folder);
        return Directory.Exists(path)
            ? path
            : throw new ArgumentMistake($"The recipe {recipe.Name} reads the folder {folder} under --data, but {path} is not there.");
    }

    private static string Sentence(TrainOutcome outcome) => string.Create(
        CultureInfo.InvariantCulture,
        $"{outcome.Metric} {outcome.Value:0.0000}, target {outcome.Target:0.0000} {(outcome.Reached ? "reached" : "missed")}, "
        + $"{outcome.Seconds:0.0} s, {outcome.SamplesPerS:#,0} samples/s; written to {outcome.Out}");
}
