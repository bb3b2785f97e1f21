namespace GpuNN;

public sealed partial class DataSet
{
    /// <summary>The inputs of samples that are tokens, one sample after the other; empty where the samples are floats.</summary>
    public ReadOnlyMemory<int> Tokens { get; private init; }

    /// <summary>Number of different tokens, which are 0 .. <see cref="Vocabulary"/> - 1; 0 where the samples are floats.</summary>
    public int Vocabulary { get; private init; }

    /// <summary>Shape of the labels of one sample: a single number, or (steps).</summary>
    public Shape LabelShape { get; private init; }

    /// <summary>Whether the samples are tokens.</summary>
    public bool HasTokens => Vocabulary > 0;

    private int InputSize => HasTokens ? 0 : itemSize;

    private int TokenSize => HasTokens ? itemSize : 0;

    private int LabelSize => HasLabels ? (int)LabelShape.Elements : 0;

    /// <summary>The tokens of one sample.</summary>
    public ReadOnlySpan<int> TokensOf(int row) => Tokens.Span.Slice(row * TokenSize, TokenSize);

    /// <summary>The labels of one sample: one, or one for each step.</summary>
    public ReadOnlySpan<int> LabelsOf(int row) => Labels.Span.Slice(row * LabelSize, LabelSize);

    /// <summary>Samples that are tokens, with nothing to predict; <see cref="Labelled"/> adds what is.</summary>
    /// <param name="tokens">The tokens, one sample after the other, each 0 .. vocabulary - 1.</param>
    /// <param name="itemShape">Shape of one sample, usually [steps].</param>
    /// <param name="vocabulary">Number of different tokens.</param>
    /// <exception cref="InvalidDataException">The tokens do not fit the shape, or one is out of range.</exception>
    public static DataSet OfTokens(int[] tokens, Shape itemShape, int vocabulary) =>
        new(itemShape, DataSetChecks.Tokens(tokens, itemShape, vocabulary)) { Tokens = tokens, Vocabulary = vocabulary };

    /// <summary>The same samples with a class each, or with one for each step; what there was to predict before is left out.</summary>
    /// <param name="labels">The classes, one sample after the other, each 0 .. classes - 1.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="each">Shape of the labels of one sample, such as [steps]; a single number by default.</param>
    /// <param name="ignored">A label that is allowed although it is no class, such as -1 for a loss that ignores it.</param>
    /// <exception cref="InvalidDataException">Counts differ, or a label is out of range.</exception>
    public DataSet Labelled(int[] labels, int classes, Shape each = default, int? ignored = null)
    {
        DataSetChecks.Labels(labels, classes, Count, each, classNames: null, ignored);
        return new DataSet(ItemShape, Count)
        {
            Inputs = Inputs,
            Tokens = Tokens,
            Vocabulary = Vocabulary,
            Labels = labels,
            Classes = classes,
            LabelShape = each,
            ColumnNames = ColumnNames,
        };
    }
}
