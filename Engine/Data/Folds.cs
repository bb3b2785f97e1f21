using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// K-fold cross-validation: the rows fall at random into k parts of equal size, to the nearest row; each part once judges a
/// model that has learned from the others, so every row is judged once by a model that has not seen it. The same seed gives
/// the same parts.
/// Source: Stone (1974), "Cross-validatory choice and assessment of statistical predictions"; stratified: Kohavi (1995).
/// </summary>
public static class Folds
{
    /// <summary>Folds of numbered rows.</summary>
    /// <param name="count">How many rows there are.</param>
    /// <param name="folds">How many parts, from 2 to the number of rows.</param>
    /// <param name="seed">Key of the shuffle.</param>
    public static IReadOnlyList<Fold> Of(int count, int folds, ulong seed) => Deal(Shuffled(count, folds, seed), folds);

    /// <summary>Folds of labelled rows: each class is spread over the parts as evenly as its rows allow.</summary>
    /// <param name="labels">The class of each row.</param>
    /// <param name="folds">How many parts, from 2 to the number of rows.</param>
    /// <param name="seed">Key of the shuffle.</param>
    public static IReadOnlyList<Fold> Stratified(ReadOnlySpan<int> labels, int folds, ulong seed)
    {
        var order = Shuffled(labels.Length, folds, seed);
        var classOf = labels.ToArray();
        // one class after the other, dealt out like cards: no part gets two rows more of a class than another
        return Deal([.. order.OrderBy(row => classOf[row])], folds);
    }

    /// <summary>Folds of a data set, stratified where each sample has one label.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="folds">How many parts, from 2 to the number of samples.</param>
    /// <param name="seed">Key of the shuffle.</param>
    public static IReadOnlyList<Fold> Of(DataSet set, int folds, ulong seed) =>
        set.HasLabels && set.LabelShape.Rank == 0 ? Stratified(set.Labels.Span, folds, seed) : Of(set.Count, folds, seed);

    private static int[] Shuffled(int count, int folds, ulong seed)
    {
        if (folds < 2 || folds > count)
            throw new ArgumentOutOfRangeException(nameof(folds), $"Folds: needs 2 or more parts and a row for each, but got {folds} parts for {count} rows.\nTry 5 or 10 parts.");
        var order = new int[count];
        Shuffling.Permutation(order, new Philox(Streams.Key(seed, "folds")));
        return order;
    }

    private static Fold[] Deal(int[] order, int folds) =>
    [
        .. Enumerable.Range(0, folds).Select(fold => new Fold(
            fold + 1,
            [.. order.Where((_, at) => at % folds != fold).Order()],
            [.. order.Where((_, at) => at % folds == fold).Order()])),
    ];
}

/// <summary>One fold: the rows to learn from and those to be judged by, each in rising order.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Train">Rows of the other parts.</param>
/// <param name="Test">Rows of this part.</param>
public sealed record Fold(int Number, int[] Train, int[] Test);
