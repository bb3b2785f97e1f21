namespace GpuNN.Cli;

/// <summary>What was asked of a training; stands in <c>run.json</c>, so that the run can be repeated.</summary>
public sealed record TrainOptions
{
    /// <summary>The device's name, or null for the best one.</summary>
    public string? Device { get; init; }

    /// <summary>Folder with real files, or null for the recipe's own data.</summary>
    public string? Data { get; init; }

    /// <summary>The recipe's own settings, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Epochs to train.</summary>
    public required int Epochs { get; init; }

    /// <summary>Whether it runs on little data of its own, to show that it works and not to reach the target.</summary>
    public bool Short { get; init; }

    /// <summary>Seed of weights, order and noise.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Folder to write to.</summary>
    public required string Out { get; init; }

    /// <summary>Whether to go on where a run into the same folder stopped.</summary>
    public bool Resume { get; init; }

    /// <summary>Steps between two checkpoints within an epoch; 0 for none. There is one after every epoch anyway.</summary>
    public int CheckpointEvery { get; init; }
}
