namespace GpuNN;

/// <summary>The rules a data set must keep, each with what came and the likely fix.</summary>
internal static class DataSetChecks
{
    public static int Inputs(float[] inputs, Shape itemShape, IReadOnlyList<string>? columnNames, bool allowNotFinite)
    {
        var size = itemShape.Elements;
        if (size == 0)
            throw new InvalidDataException(
                $"A data set needs items of at least one number, but the item shape is {itemShape}.\nGive the shape of one sample, without the batch axis.");
        if (inputs.Length % size != 0)
            throw new InvalidDataException(
                $"A data set needs whole rows, but got {inputs.Length:N0} numbers for items of {itemShape} = {size:N0} numbers.\n" +
                "Check the item shape: it is the shape of one sample, without the batch axis.");
        if (columnNames is { Count: > 0 } && columnNames.Count != size)
            throw new InvalidDataException(
                $"A data set needs one column name for each number of an item: {itemShape} has {size:N0}, but got {columnNames.Count} names.");
        if (!allowNotFinite)
            Finite(inputs, (int)size, "input", columnNames, "Fill or drop such rows first, or allow them with allowNotFinite: true.");
        return (int)(inputs.Length / size);
    }

    public static int Tokens(int[] tokens, Shape itemShape, int vocabulary)
    {
        var size = itemShape.Elements;
        if (size == 0 || tokens.Length % size != 0)
            throw new InvalidDataException(
                $"A data set needs whole rows of at least one token, but got {tokens.Length:N0} tokens for items of {itemShape}.\n" +
                "Pad all sequences to one length; the item shape is the shape of one sample, without the batch axis.");
        if (vocabulary < 1)
            throw new InvalidDataException($"A data set of tokens needs a vocabulary of at least one, but got {vocabulary}.\nPass Vocabulary.Count.");
        for (var at = 0; at < tokens.Length; at++)
            if ((uint)tokens[at] >= (uint)vocabulary)
                throw new InvalidDataException(
                    $"Tokens must be 0 to {vocabulary - 1} for a vocabulary of {vocabulary}, but row {at / size}, place {at % size} has {tokens[at]}.\n" +
                    "Encode the text with the vocabulary whose size is given.");
        return (int)(tokens.Length / size);
    }

    public static void Labels(int[] labels, int classes, int rows, Shape each, IReadOnlyList<string>? classNames, int? ignored = null)
    {
        if (classes < 1)
            throw new InvalidDataException($"A labelled data set needs at least one class, but got {classes}.");
        if (labels.Length != rows * each.Elements)
            throw new InvalidDataException(
                $"A data set needs {(each.Rank == 0 ? "one label" : $"labels of {each}")} a row, but got {labels.Length:N0} labels for {rows:N0} rows.\nCheck that both come from the same file or part.");
        if (classNames is { Count: > 0 } && classNames.Count != classes)
            throw new InvalidDataException(
                $"A data set needs one name a class, but got {classNames.Count} names for {classes} classes.");
        for (var at = 0; at < labels.Length; at++)
            if ((uint)labels[at] >= (uint)classes && labels[at] != ignored)
                throw new InvalidDataException(
                    $"Labels must be 0 to {classes - 1} for {classes} classes, but row {at / Math.Max(1, each.Elements)} has {labels[at]}.\n" +
                    (labels[at] < 0 ? "Leave out rows without a class." : "Count the classes again; labels start at 0, not at 1."));
    }

    public static void Targets(float[] targets, Shape targetShape, int rows)
    {
        var size = targetShape.Elements;
        if (size == 0)
            throw new InvalidDataException($"A data set needs targets of at least one number, but the target shape is {targetShape}.");
        if (targets.Length != rows * size)
            throw new InvalidDataException(
                $"A data set needs {rows:N0} rows of targets {targetShape}, {rows * size:N0} numbers, but got {targets.Length:N0}.\n" +
                "Check that inputs and targets come from the same file or part.");
        Finite(targets, (int)size, "target", null, "Drop such rows: a loss cannot use them.");
    }

    private static void Finite(float[] values, int size, string what, IReadOnlyList<string>? names, string fix)
    {
        for (var at = 0; at < values.Length; at++)
            if (!float.IsFinite(values[at]))
                throw new InvalidDataException(
                    $"Every {what} must be a finite number, but row {at / size}, column {at % size}" +
                    (names is { Count: > 0 } ? $" ({names[at % size]})" : "") + $" is {values[at]}.\n{fix}");
    }
}
