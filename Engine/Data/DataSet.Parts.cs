using GpuNN.Kernels;

namespace GpuNN;

/// <summary>Writes one sample in another form. Keep no reference to the spans.</summary>
/// <param name="item">The sample as it is.</param>
/// <param name="result">Where the new form goes: all of it must be written.</param>
public delegate void ItemMap(ReadOnlySpan<float> item, Span<float> result);

public sealed partial class DataSet
{
    /// <summary>The first samples, or all where there are fewer. Shares memory with this set.</summary>
    public DataSet Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        count = Math.Min(count, Count);
        return new DataSet(ItemShape, count, this)
        {
            Inputs = Inputs[..(count * InputSize)],
            Tokens = Tokens[..(count * TokenSize)],
            Labels = Labels[..(count * LabelSize)],
            Targets = Targets[..(count * TargetSize)],
        };
    }

    /// <summary>The samples of these row numbers, in that order; a number may come twice.</summary>
    public DataSet Subset(ReadOnlySpan<int> rows)
    {
        for (var at = 0; at < rows.Length; at++)
            if ((uint)rows[at] >= (uint)Count)
                throw new ArgumentOutOfRangeException(
                    nameof(rows), $"Row numbers must be 0 to {Count - 1}, but entry {at} is {rows[at]}.");
        return new DataSet(ItemShape, rows.Length, this)
        {
            Inputs = Chosen(Inputs.Span, InputSize, rows),
            Tokens = Chosen(Tokens.Span, TokenSize, rows),
            Labels = Chosen(Labels.Span, LabelSize, rows),
            Targets = Chosen(Targets.Span, TargetSize, rows),
        };

        static T[] Chosen<T>(ReadOnlySpan<T> all, int size, ReadOnlySpan<int> rows)
        {
            var chosen = new T[(long)rows.Length * size];
            for (var at = 0; at < rows.Length && size > 0; at++)
                all.Slice(rows[at] * size, size).CopyTo(chosen.AsSpan(at * size));
            return chosen;
        }
    }

    /// <summary>The samples of this set, then those of another of the same kind, in memory of their own.</summary>
    /// <exception cref="InvalidDataException">The sets differ in the shape of items, labels or targets, or in the number of classes or tokens.</exception>
    public DataSet Append(DataSet other)
    {
        if ((other.ItemShape, other.Classes, other.Vocabulary, other.HasTargets) != (ItemShape, Classes, Vocabulary, HasTargets)
            || other.TargetShape != TargetShape || other.LabelShape != LabelShape)
            throw new InvalidDataException($"Append: needs two sets of one kind, but got {this}, and {other}.\nPrepare both in the same way.");
        return new DataSet(ItemShape, Count + other.Count, this)
        {
            Inputs = Joined(Inputs, other.Inputs),
            Tokens = Joined(Tokens, other.Tokens),
            Labels = Joined(Labels, other.Labels),
            Targets = Joined(Targets, other.Targets),
        };

        static T[] Joined<T>(ReadOnlyMemory<T> first, ReadOnlyMemory<T> second)
        {
            var all = new T[first.Length + second.Length];
            first.CopyTo(all);
            second.CopyTo(all.AsMemory(first.Length));
            return all;
        }
    }

    /// <summary>The samples whose row number is wanted, in their order: <c>set.Where(row => set.Labels.Span[row] &lt; 5)</c>.</summary>
    public DataSet Where(Predicate<int> wanted)
    {
        var rows = new List<int>();
        for (var row = 0; row < Count; row++)
            if (wanted(row))
                rows.Add(row);
        return Subset([.. rows]);
    }

    /// <summary>The same samples in another form, made in their order; labels and targets stay.</summary>
    /// <param name="map">Makes the new form of one sample.</param>
    /// <param name="itemShape">Shape of the new form; null where the shape stays.</param>
    /// <exception cref="InvalidOperationException">The samples are tokens.</exception>
    /// <exception cref="InvalidDataException">The new form is not finite where the old one was.</exception>
    public DataSet Map(ItemMap map, Shape? itemShape = null)
    {
        if (HasTokens)
            throw new InvalidOperationException($"Map: needs samples of floats, but the set holds tokens: {this}.\nChange the text before it becomes tokens.");
        var shape = itemShape ?? ItemShape;
        var size = (int)shape.Elements;
        var inputs = new float[(long)Count * size];
        for (var row = 0; row < Count; row++)
            map(Item(row), inputs.AsSpan(row * size, size));
        var names = size == itemSize ? ColumnNames : [];
        DataSetChecks.Inputs(inputs, shape, names, allowNotFinite: HoldsNotFinite());
        return new DataSet(shape, Count, this) { Inputs = inputs, Labels = Labels, Targets = Targets, ColumnNames = names };
    }

    /// <summary>
    /// The same samples with the numbers of each item in another order, one for all: a task as hard as the old one for a network that
    /// knows no neighbours, and unlike it. Source: Srivastava et al. (2013), "Compete to compute".
    /// </summary>
    /// <param name="seed">Key of the order.</param>
    public DataSet Permuted(ulong seed)
    {
        var order = new int[itemSize];
        Shuffling.Permutation(order, new Philox(Streams.Key(seed, "order of an item")));
        return Map((item, result) =>
        {
            for (var at = 0; at < order.Length; at++)
                result[at] = item[order[at]];
        });
    }

    /// <summary>The same samples with the numbers to predict in another form, of the same shape.</summary>
    /// <param name="map">Makes the new form of one sample's numbers.</param>
    /// <exception cref="InvalidOperationException">The set has no numbers to predict.</exception>
    /// <exception cref="InvalidDataException">The new form is not finite.</exception>
    public DataSet MapTargets(ItemMap map)
    {
        if (!HasTargets)
            throw new InvalidOperationException("MapTargets needs numbers to predict, and this set has none.");
        var targets = new float[Targets.Length];
        for (var row = 0; row < Count; row++)
            map(Target(row), targets.AsSpan(row * TargetSize, TargetSize));
        DataSetChecks.Targets(targets, TargetShape, Count);
        return new DataSet(ItemShape, Count, this) { Inputs = Inputs, Tokens = Tokens, Targets = targets };
    }

    /// <summary>
    /// Cuts the set in two at random: the same seed gives the same parts. Fit scalers and fillers to the first part only.
    /// </summary>
    /// <param name="fraction">Part of the samples that go to <see cref="DataPair.Train"/>, more than 0 and less than 1.</param>
    /// <param name="seed">Key of the shuffle.</param>
    /// <param name="stratified">Keeps the share of each class the same in both parts, to the nearest sample.</param>
    /// <exception cref="InvalidDataException">A part would be empty.</exception>
    public DataPair Split(double fraction, ulong seed, bool stratified = false)
    {
        if (!(fraction > 0 && fraction < 1))
            throw new ArgumentOutOfRangeException(
                nameof(fraction), $"Split needs a fraction between 0 and 1, both left out, but got {fraction}.");
        if (stratified && (!HasLabels || LabelShape.Rank > 0))
            throw new InvalidOperationException($"A stratified split needs one class label a sample, and this set has {(HasLabels ? $"labels of {LabelShape}" : "none")}.\nSplit it without stratifying.");

        var order = new int[Count];
        Shuffling.Permutation(order, new Philox(Streams.Key(seed, "split")));
        var inTrain = new bool[Count];
        if (stratified)
        {
            for (var label = 0; label < Classes; label++)
                Choose([.. order.Where(row => Labels.Span[row] == label)]);
        }
        else
        {
            Choose(order);
        }

        int[] train = [.. order.Where(row => inTrain[row])], test = [.. order.Where(row => !inTrain[row])];
        if (train.Length == 0 || test.Length == 0)
            throw new InvalidDataException(
                $"Split({fraction}) of {Count} samples would leave the {(train.Length == 0 ? "training" : "test")} part empty.\n" +
                "Use another fraction, or more samples.");
        return new DataPair(Subset(train), Subset(test));

        void Choose(int[] rows)
        {
            foreach (var row in rows.AsSpan(0, (int)Math.Round(rows.Length * fraction, MidpointRounding.AwayFromZero)))
                inTrain[row] = true;
        }
    }

    private bool HoldsNotFinite()
    {
        foreach (var value in Inputs.Span)
            if (!float.IsFinite(value))
                return true;
        return false;
    }
}
