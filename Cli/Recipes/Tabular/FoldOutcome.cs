namespace GpuNN.Cli;

/// <summary>What came of one fold.</summary>
/// <param name="Fold">Its rows.</param>
/// <param name="Network">The network's answers for the rows it was judged by, one after the other.</param>
/// <param name="Linear">The linear model's answers for them.</param>
/// <param name="NetworkError">The network's error.</param>
/// <param name="LinearError">The linear model's error.</param>
/// <param name="Importance">By how much the network's error grows without each input.</param>
/// <param name="Histories">How each network of the ensemble was trained.</param>
public sealed record FoldOutcome(
    Fold Fold, float[] Network, float[] Linear, double NetworkError, double LinearError, double[] Importance, IReadOnlyList<History> Histories)
{
    /// <summary>Samples that the networks worked through; each holds one of as many folds of its own back.</summary>
    public long Samples => Histories.Sum(history => (long)history.Count) * Fold.Train.Length * (Histories.Count - 1) / Histories.Count;
}
