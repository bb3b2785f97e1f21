namespace GpuNN;

/// <summary>Refuses labels that are no class before they reach a kernel.</summary>
internal static class LabelCheck
{
    public static void InRange(ReadOnlySpan<int> labels, Input input, string function)
    {
        for (var row = 0; row < labels.Length; row++)
            if ((uint)labels[row] >= (uint)input.Classes && labels[row] != input.Ignored)
                throw new ArgumentOutOfRangeException(input.Feed,
                    $"{function}: labels of '{input.Feed}' must lie in [0, {input.Classes}), but row {row} has {labels[row]}.\nCheck how classes are numbered (from 0), or give the model as many outputs as there are classes.");
    }
}
