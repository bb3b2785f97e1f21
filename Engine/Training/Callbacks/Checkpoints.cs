namespace GpuNN;

/// <summary>
/// Writes checkpoints into a folder and goes on from the newest whole one: the same bits as a run that was never stopped. A file is
/// written whole or not at all; the newest few are kept.
/// </summary>
public sealed class Checkpoints : Callback
{
    private const string Start = "checkpoint-";
    private const string End = ".safetensors";
    private const string Aside = ".damaged";

    private readonly long everySteps;
    private readonly int everyEpochs;
    private readonly int keep;
    private readonly bool resume;

    /// <summary>Checkpoints in a folder, which is made if there is none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="everySteps">Steps between two checkpoints; 0 for none within an epoch.</param>
    /// <param name="everyEpochs">Epochs between two checkpoints; 0 for none at the end of an epoch.</param>
    /// <param name="keep">How many are kept.</param>
    /// <param name="resume">Whether to go on from what the folder holds; otherwise its checkpoints are removed.</param>
    public Checkpoints(string folder, long everySteps = 0, int everyEpochs = 1, int keep = 2, bool resume = true)
    {
        if (everySteps < 0 || everyEpochs < 0 || everySteps + everyEpochs == 0 || keep < 1)
            throw new ArgumentOutOfRangeException(nameof(everySteps), $"Checkpoints: needs everySteps or everyEpochs above 0 and keep of 1 or more, but got {everySteps}, {everyEpochs} and {keep}.\nTry everySteps: 500.");
        (Folder, this.everySteps, this.everyEpochs, this.keep, this.resume) = (folder, everySteps, everyEpochs, keep, resume);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public override void OnStepEnd(TrainingRun run)
    {
        if (everySteps > 0 && run.Step % everySteps == 0)
            Write(run);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run)
    {
        if (everyEpochs > 0 && (run.Epoch % everyEpochs == 0 || run.Epoch == run.Epochs || run.History.StopReason is not null))
            Write(run);
    }

    /// <summary>Goes on from the newest checkpoint that can be read. A damaged one is put aside with a warning.</summary>
    internal void Resume(TrainingRun run)
    {
        Directory.CreateDirectory(Folder);
        foreach (var file in Files())
        {
            if (!resume)
            {
                File.Delete(file);
                continue;
            }
            if (ReadWhole(file, run) is not { } checkpoint)
                continue;
            run.Load(checkpoint);
            return;
        }
    }

    private static Checkpoint? ReadWhole(string file, TrainingRun run)
    {
        try
        {
            return Checkpoint.Read(file);
        }
        catch (InvalidDataException damaged)
        {
            File.Move(file, file + Aside, overwrite: true);
            (run.Trainer.Warn ?? Console.Error.WriteLine)(
                $"Warning: {Path.GetFileName(file)} is no whole checkpoint, so it is kept as {Path.GetFileName(file)}{Aside}, and the one before it is used if there is one ({damaged.Message.Split('\n')[0]}).");
            return null;
        }
    }

    private void Write(TrainingRun run)
    {
        Directory.CreateDirectory(Folder);
        run.Save().Write(Path.Combine(Folder, $"{Start}{run.Step:D12}{End}"));
        foreach (var old in Files().Skip(keep))
            File.Delete(old);
    }

    /// <summary>The newest first.</summary>
    private IEnumerable<string> Files() => Directory.GetFiles(Folder, $"{Start}*{End}").OrderByDescending(file => file, StringComparer.Ordinal);
}
