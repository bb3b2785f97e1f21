namespace GpuNN;

/// <summary>
/// Brings the gates of a recurrent layer's weights or biases from one order into another, to load weights of other programs: here they stand
/// i, f, g, o for <see cref="Lstm"/> and z, r, n for <see cref="Gru"/>.
/// </summary>
public static class GateOrder
{
    /// <summary>Weights with their gates in another order.</summary>
    /// <param name="values">Rows of gates side by side: (rows, gates * units); biases are one row.</param>
    /// <param name="units">Units of a gate.</param>
    /// <param name="from">A letter for each gate in the order in which they come: "ifog".</param>
    /// <param name="to">The same letters in the order wanted: "ifgo".</param>
    public static float[] Convert(ReadOnlySpan<float> values, int units, string from, string to)
    {
        var row = units * from.Length;
        if (units < 1 || from.Length == 0 || values.Length % row != 0)
            throw new ArgumentException($"GateOrder: needs rows of {from.Length} gates times {units} units, but got {values.Length} numbers.\nCheck the units and the letters.");
        if (!from.Order().SequenceEqual(to.Order()) || from.Distinct().Count() != from.Length)
            throw new ArgumentException($"GateOrder: needs the same gates in both orders, each once, but got \"{from}\" and \"{to}\".\nWrite one letter a gate.");
        var converted = new float[values.Length];
        for (var start = 0; start < values.Length; start += row)
            for (var gate = 0; gate < to.Length; gate++)
                values.Slice(start + from.IndexOf(to[gate]) * units, units).CopyTo(converted.AsSpan(start + gate * units));
        return converted;
    }
}
