namespace GpuNN;

/// <summary>What every layer of channels keeps to.</summary>
internal static class Channels
{
    /// <summary>Throws where there are no channels, or groups that do not share them evenly.</summary>
    public static void Check(string layer, int inputs, int outputs, int groups)
    {
        if (inputs < 1 || outputs < 1)
            throw new ArgumentOutOfRangeException(inputs < 1 ? nameof(inputs) : nameof(outputs),
                $"{layer}: needs at least one input and one output channel, but got {inputs} and {outputs}.\nCheck the arithmetic that made the size.");
        if (groups < 1 || inputs % groups != 0 || outputs % groups != 0)
            throw new ArgumentOutOfRangeException(nameof(groups),
                $"{layer}: needs groups that share {inputs} inputs and {outputs} outputs evenly, but got {groups}.\nUse a number that divides both.");
    }
}
