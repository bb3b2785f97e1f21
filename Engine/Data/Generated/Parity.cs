namespace GpuNN;

/// <summary>
/// Parity: all 2^n rows of n bits, 1 where an odd number of them is 1. Every row has n neighbours of the other class, so that no
/// smaller part of a row says anything about it.
/// Shapes: items (bits) of 0 and 1, targets (1) of 0 and 1; row r has bit i of r as number i.
/// Source: Minsky and Papert (1969), "Perceptrons".
/// </summary>
public static class Parity
{
    private const int MostBits = 20;

    /// <summary>All rows.</summary>
    /// <param name="bits">Bits a row has.</param>
    public static DataSet Rows(int bits)
    {
        if (bits is < 1 or > MostBits)
            throw new ArgumentOutOfRangeException(nameof(bits), $"Parity: needs 1 to {MostBits} bits, but got {bits}.\nThere are 2^bits rows; try 4.");
        var rows = 1 << bits;
        var (inputs, targets) = (new float[rows * bits], new float[rows]);
        for (var row = 0; row < rows; row++)
            for (var bit = 0; bit < bits; bit++)
            {
                inputs[row * bits + bit] = row >> bit & 1;
                targets[row] = inputs[row * bits + bit] == 1 ? 1 - targets[row] : targets[row];
            }
        return DataSet.WithTargets(inputs, [bits], targets, [1]);
    }
}
