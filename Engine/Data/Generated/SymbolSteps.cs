namespace GpuNN;

/// <summary>Strings of symbols as sequences of one-hot steps, and the symbols that may come next as targets.</summary>
internal static class SymbolSteps
{
    public static float[] OneHot(ReadOnlySpan<int> symbols, int count)
    {
        var steps = new float[symbols.Length * count];
        for (var at = 0; at < symbols.Length; at++)
            steps[at * count + symbols[at]] = 1;
        return steps;
    }

    /// <summary>A set of such strings, padded to so many steps, with a mask as the last number of each step.</summary>
    /// <param name="inputs">The one-hot steps of each string.</param>
    /// <param name="legal">For each string and step, the symbols that may come next.</param>
    /// <param name="count">Number of symbols.</param>
    /// <param name="steps">Length to pad to.</param>
    /// <param name="ignored">The target in padding.</param>
    public static DataSet Set(float[][] inputs, int[][][] legal, int count, int steps, float ignored)
    {
        var targets = Array.ConvertAll(legal, next =>
        {
            var several = new float[next.Length * count];
            for (var at = 0; at < next.Length; at++)
                foreach (var symbol in next[at])
                    several[at * count + symbol] = 1;
            return several;
        });
        return DataSet.WithTargets(
            PaddedSequences.WithMask(inputs, count, steps), [steps, count + 1],
            PaddedSequences.Targets(targets, count, steps, ignored), [steps, count]);
    }
}
