using System.Collections;

namespace GpuNN;

/// <summary>What happened in each epoch of a training.</summary>
public sealed class History : IReadOnlyList<EpochRecord>
{
    private readonly List<EpochRecord> epochs = [];

    /// <summary>Number of epochs.</summary>
    public int Count => epochs.Count;

    /// <summary>An epoch, from 0.</summary>
    public EpochRecord this[int index] => epochs[index];

    /// <summary>The last epoch.</summary>
    public EpochRecord Last => epochs.Count > 0 ? epochs[^1] : throw new InvalidOperationException(
        "History: no epoch has ended yet.\nFit with epochs of 1 or more.");

    /// <summary>Why training ended before its last epoch; null if it did not.</summary>
    public string? StopReason { get; internal set; }

    internal void Add(EpochRecord epoch) => epochs.Add(epoch);

    internal void Replace(IEnumerable<EpochRecord> others)
    {
        epochs.Clear();
        epochs.AddRange(others);
    }

    /// <inheritdoc/>
    public IEnumerator<EpochRecord> GetEnumerator() => epochs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One line an epoch.</summary>
    public override string ToString() => string.Join('\n', epochs);
}

/// <summary>One epoch.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="Step">Steps made by its end, those of earlier epochs included.</param>
/// <param name="LearningRate">The learning rate of its last step.</param>
/// <param name="Seconds">Its time, evaluation included.</param>
/// <param name="Training">Loss and metrics over its batches, each as the model was at that step.</param>
/// <param name="Validation">Loss and metrics on the validation set at its end, if there is one.</param>
public sealed record EpochRecord(int Epoch, long Step, float LearningRate, double Seconds, Evaluation Training, Evaluation? Validation)
{
    /// <summary>The validation figures, or those of training where there is no validation set.</summary>
    public Evaluation Judged => Validation ?? Training;

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"epoch {Epoch}: {Training}{(Validation is null ? "" : $"; validation {Validation}")} ({Seconds:F2} s)");
}
