using System.CommandLine;

namespace GpuNN.Cli;

/// <summary><c>gpunn train RECIPE [--device D] [--data DIR] [--short] [--epochs N] [--seed N] [--set NAME=VALUE]...
/// [--out DIR] [--resume] [--checkpoint-every STEPS] [--json]</c>.</summary>
public static class TrainCommand
{
    /// <summary>The command.</summary>
    public static Command Make(Terminal terminal)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "A name of gpunn list.", HelpName = "RECIPE" };
        recipe.CompletionSources.Add([.. RecipeList.All.Select(known => known.Name)]);
        var device = Options.Device();
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "Folder with real files, one folder a data set; without it the recipe makes its own data.",
            HelpName = "DIR",
        };
        data.AcceptExistingOnly();
        var brief = new Option<bool>("--short") { Description = "A run of seconds on little data of its own, to see that it works; it is not meant to reach the target." };
        var epochs = Options.AtLeast(1, "--epochs", "Epochs to train; each recipe has its own default.");
        var seed = Options.AtLeast(0, "--seed", "Seed of weights, order and noise; 1 by default.");
        var settings = Options.Settings();
        var target = new Option<DirectoryInfo>("--out") { Description = "Folder to write to; runs/RECIPE by default.", HelpName = "DIR" };
        var resume = new Option<bool>("--resume") { Description = "Go on where a run into the same folder stopped." };
        var checkpointEvery = Options.AtLeast(1, "--checkpoint-every", "Steps between two checkpoints, beside that after each epoch.");
        checkpointEvery.HelpName = "STEPS";
        var json = Options.Json("Print the outcome as one JSON object on the last line.");

        var command = new Command("train", "Trains a recipe and says whether it reached its target.")
        {
            recipe, device, data, brief, epochs, seed, settings, target, resume, checkpointEvery, json,
        };
        command.SetAction(parsed =>
        {
            var chosen = RecipeList.Find(parsed.GetRequiredValue(recipe));
            var isShort = parsed.GetValue(brief);
            if (isShort && parsed.GetValue(data) is not null)
                throw new ArgumentMistake("A short run makes its own data. Leave out --data or --short.");
            if (parsed.GetValue(resume) && !chosen.Resumes)
                throw new ArgumentMistake($"{chosen.Name} keeps no checkpoints: a run that was stopped is made again. Leave out --resume.");
            var options = new TrainOptions
            {
                Short = isShort,
                Device = parsed.GetValue(device),
                Data = parsed.GetValue(data)?.ToString(),
                Epochs = parsed.GetValue(epochs) ?? (isShort ? chosen.ShortEpochs : chosen.Epochs),
                Seed = parsed.GetValue(seed) ?? 1,
                Settings = parsed.GetValue(settings) ?? [],
                Out = parsed.GetValue(target)?.ToString() ?? Path.Combine("runs", chosen.Name),
                Resume = parsed.GetValue(resume),
                CheckpointEvery = parsed.GetValue(checkpointEvery) ?? 0,
            };
            var outcome = TrainJob.Run(chosen, options, terminal);
            if (parsed.GetValue(json))
                terminal.Output.WriteLine(JsonText.Of(outcome));
            return outcome.Reached ? ExitCode.Reached : ExitCode.Missed;
        });
        return command;
    }
}
