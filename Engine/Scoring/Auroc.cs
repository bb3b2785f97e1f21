namespace GpuNN;

/// <summary>
/// Area under the receiver operating characteristic: the chance that a score of the one kind is above one of the other, ties counted
/// half. 1 tells the two apart without a mistake, 1/2 is guessing. It is exact: (R - n (n + 1) / 2) / (n m), where R is the sum of the
/// ranks of the n positive scores among all n + m, equal scores sharing the mean of their ranks.
/// Source: Hanley and McNeil (1982), "The meaning and use of the area under a receiver operating characteristic (ROC) curve".
/// </summary>
public static class Auroc
{
    /// <summary>The area, 0 to 1.</summary>
    /// <param name="positive">Scores of what should score high: the novel.</param>
    /// <param name="negative">Scores of what should score low: the known.</param>
    /// <exception cref="ArgumentException">There are no scores of one kind, or a score is NaN.</exception>
    public static double Of(ReadOnlySpan<float> positive, ReadOnlySpan<float> negative)
    {
        if (positive.Length == 0 || negative.Length == 0)
            throw new ArgumentException($"Auroc: needs scores of both kinds, but got {positive.Length} positive and {negative.Length} negative ones.\nWith one kind alone there is nothing to tell apart.");
        var scores = new float[positive.Length + negative.Length];
        var isPositive = new bool[scores.Length];
        positive.CopyTo(scores);
        negative.CopyTo(scores.AsSpan(positive.Length));
        isPositive.AsSpan(0, positive.Length).Fill(true);
        if (Array.Exists(scores, float.IsNaN))
            throw new ArgumentException("Auroc: needs scores that can be ordered, but one is NaN.\nLook for what made it: device.Checks = Checks.FirstBadValue.");
        Array.Sort(scores, isPositive);

        var ranks = 0.0;
        for (var first = 0; first < scores.Length;)
        {
            var (next, positives) = (first, 0);
            for (; next < scores.Length && scores[next] == scores[first]; next++)
                positives += isPositive[next] ? 1 : 0;
            ranks += positives * (first + 1 + next) / 2.0;
            first = next;
        }
        var (n, m) = ((double)positive.Length, (double)negative.Length);
        return (ranks - n * (n + 1) / 2) / (n * m);
    }
}
