namespace GpuNN;

/// <summary>
/// Samples in memory: one row of <see cref="Inputs"/> or of <see cref="Tokens"/> each, with a class label or one for each step, with
/// numbers to predict, or with nothing. The arrays given are kept, not copied, and never written to.
/// Shapes: inputs or tokens (count, item), labels (count) or (count, steps), targets (count, target).
/// </summary>
public sealed partial class DataSet
{
    private readonly int itemSize;

    private DataSet(Shape itemShape, int count, DataSet? like = null)
    {
        ItemShape = itemShape;
        itemSize = (int)itemShape.Elements;
        Count = count;
        if (like is null)
            return;
        (TargetShape, LabelShape) = (like.TargetShape, like.LabelShape);
        (Classes, Vocabulary, HasTargets) = (like.Classes, like.Vocabulary, like.HasTargets);
        ClassNames = like.ClassNames;
        ColumnNames = like.ColumnNames.Count == itemSize ? like.ColumnNames : [];
    }

    /// <summary>Number of samples.</summary>
    public int Count { get; }

    /// <summary>Shape of one sample's input, without the batch axis.</summary>
    public Shape ItemShape { get; }

    /// <summary>All inputs, one sample after the other; empty where the samples are tokens.</summary>
    public ReadOnlyMemory<float> Inputs { get; private init; }

    /// <summary>The class of each sample, or of each of its steps, 0 .. <see cref="Classes"/> - 1; empty where there are no classes.</summary>
    public ReadOnlyMemory<int> Labels { get; private init; }

    /// <summary>The numbers to predict, one sample after the other; empty where there are none.</summary>
    public ReadOnlyMemory<float> Targets { get; private init; }

    /// <summary>Shape of the numbers to predict for one sample.</summary>
    public Shape TargetShape { get; private init; }

    /// <summary>Number of classes; 0 where the samples have no labels.</summary>
    public int Classes { get; private init; }

    /// <summary>A name for each class; empty where none were given.</summary>
    public IReadOnlyList<string> ClassNames { get; private init; } = [];

    /// <summary>A name for each number of an item; empty where none were given.</summary>
    public IReadOnlyList<string> ColumnNames { get; private init; } = [];

    /// <summary>Whether the samples have class labels.</summary>
    public bool HasLabels => Classes > 0;

    /// <summary>Whether the samples have numbers to predict.</summary>
    public bool HasTargets { get; private init; }

    private int TargetSize => HasTargets ? (int)TargetShape.Elements : 0;

    /// <summary>The input of one sample.</summary>
    public ReadOnlySpan<float> Item(int row) => Inputs.Span.Slice(row * itemSize, itemSize);

    /// <summary>The numbers to predict of one sample.</summary>
    public ReadOnlySpan<float> Target(int row) => Targets.Span.Slice(row * TargetSize, TargetSize);

    /// <summary>Samples with nothing to predict.</summary>
    /// <param name="inputs">The inputs, one sample after the other.</param>
    /// <param name="itemShape">Shape of one sample.</param>
    /// <param name="columnNames">A name for each number of an item, or null.</param>
    /// <param name="allowNotFinite">Takes NaN and infinities too: for data whose gaps are filled later.</param>
    /// <exception cref="InvalidDataException">The inputs do not fit the shape, or are not finite.</exception>
    public static DataSet Of(
        float[] inputs, Shape itemShape, IReadOnlyList<string>? columnNames = null, bool allowNotFinite = false)
    {
        var rows = DataSetChecks.Inputs(inputs, itemShape, columnNames, allowNotFinite);
        return new DataSet(itemShape, rows) { Inputs = inputs, ColumnNames = columnNames ?? [] };
    }

    /// <summary>Samples with a class each.</summary>
    /// <param name="inputs">The inputs, one sample after the other.</param>
    /// <param name="itemShape">Shape of one sample.</param>
    /// <param name="labels">The class of each sample, 0 .. classes - 1.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="classNames">A name for each class, or null.</param>
    /// <param name="columnNames">A name for each number of an item, or null.</param>
    /// <param name="allowNotFinite">Takes NaN and infinities in the inputs too.</param>
    /// <exception cref="InvalidDataException">Counts differ, a label is out of range, or an input is not finite.</exception>
    public static DataSet WithLabels(
        float[] inputs, Shape itemShape, int[] labels, int classes, IReadOnlyList<string>? classNames = null,
        IReadOnlyList<string>? columnNames = null, bool allowNotFinite = false)
    {
        var rows = DataSetChecks.Inputs(inputs, itemShape, columnNames, allowNotFinite);
        DataSetChecks.Labels(labels, classes, rows, Shape.Scalar, classNames);
        return new DataSet(itemShape, rows)
        {
            Inputs = inputs,
            Labels = labels,
            Classes = classes,
            ClassNames = classNames ?? [],
            ColumnNames = columnNames ?? [],
        };
    }

    /// <summary>Samples with numbers to predict.</summary>
    /// <param name="inputs">The inputs, one sample after the other.</param>
    /// <param name="itemShape">Shape of one sample.</param>
    /// <param name="targets">The numbers to predict, one sample after the other; always finite.</param>
    /// <param name="targetShape">Shape of the numbers of one sample.</param>
    /// <param name="columnNames">A name for each number of an item, or null.</param>
    /// <param name="allowNotFinite">Takes NaN and infinities in the inputs too.</param>
    /// <exception cref="InvalidDataException">Counts differ, or a number is not finite.</exception>
    public static DataSet WithTargets(
        float[] inputs, Shape itemShape, float[] targets, Shape targetShape,
        IReadOnlyList<string>? columnNames = null, bool allowNotFinite = false)
    {
        var rows = DataSetChecks.Inputs(inputs, itemShape, columnNames, allowNotFinite);
        DataSetChecks.Targets(targets, targetShape, rows);
        return new DataSet(itemShape, rows)
        {
            Inputs = inputs,
            Targets = targets,
            TargetShape = targetShape,
            HasTargets = true,
            ColumnNames = columnNames ?? [],
        };
    }

    /// <summary>What the set holds, in one line.</summary>
    public override string ToString() =>
        $"{Count:N0} samples of {ItemShape}" + (HasTokens ? $" tokens, {Vocabulary:N0} in all" : "") + (HasLabels ? $", {Classes} classes" : HasTargets ? $", targets {TargetShape}" : "");
}
