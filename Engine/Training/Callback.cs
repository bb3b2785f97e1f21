using System.Text.Json.Nodes;

namespace GpuNN;

/// <summary>Something that watches a training and may stop it. All calls come on the thread that trains, between steps.</summary>
public abstract class Callback
{
    /// <summary>Before the first step, after a checkpoint was loaded.</summary>
    public virtual void OnTrainBegin(TrainingRun run) { }

    /// <summary>After every step.</summary>
    public virtual void OnStepEnd(TrainingRun run) { }

    /// <summary>After every epoch and its evaluation; <see cref="TrainingRun.History"/> holds it.</summary>
    public virtual void OnEpochEnd(TrainingRun run) { }

    /// <summary>After the last epoch; not after an error.</summary>
    public virtual void OnTrainEnd(TrainingRun run) { }

    /// <summary>Writes what a checkpoint must keep of it.</summary>
    public virtual void Save(SavedState state) { }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    public virtual void Load(SavedState state) { }
}

/// <summary>What a part of a training keeps in a checkpoint: small values as JSON, numbers as tensors.</summary>
public sealed class SavedState
{
    /// <summary>Small values.</summary>
    public JsonObject Values { get; init; } = [];

    /// <summary>Numbers.</summary>
    public Dictionary<string, float[]> Tensors { get; init; } = [];
}
