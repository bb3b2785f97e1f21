namespace GpuNN.Cli;

/// <summary>
/// A sheet of learned filters, the weights that one unit gives to the pixels it sees. Each is scaled to its own range:
/// grey = 1/2 + w / (2 max |w|), so that a weight of 0 is the same middle grey everywhere, white pulls up, black down.
/// </summary>
public static class FilterSheet
{
    private const int PixelsWished = 84;

    /// <summary>Writes filters, left to right and top to bottom.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="filters">The weights of each, row by row.</param>
    /// <param name="width">Weights a row of each filter.</param>
    /// <param name="columns">Filters a row of the sheet.</param>
    public static void Write(string path, IEnumerable<float[]> filters, int width, int columns) =>
        ImageSheet.Write(path, [.. filters.Select(Scaled)], width, columns, zoom: Math.Max(1, PixelsWished / width));

    /// <summary>
    /// The filters of the units of a dense layer, those first whose input and output weights together are largest:
    /// |w_in| |w_out|, how far a unit can move the layer after it.
    /// Shapes: first (inputs, units), second (units, outputs).
    /// </summary>
    public static IEnumerable<float[]> StrongestUnits(Dense first, Dense second)
    {
        if (first.Outputs != second.Inputs)
            throw new ArgumentException(
                $"The second layer must take the units of the first, but {first} comes before {second}. Give neighbours.", nameof(second));
        var (inward, outward) = (first.Weight.ToArray(), second.Weight.ToArray());
        var units = Enumerable.Range(0, first.Outputs).Select(unit =>
            Enumerable.Range(0, first.Inputs).Select(row => inward[row * first.Outputs + unit]).ToArray()).ToArray();
        return units.Select((filter, unit) => (Filter: filter, Strength: Norm(filter) * Norm(outward.AsSpan(unit * second.Outputs, second.Outputs))))
            .OrderByDescending(unit => unit.Strength)
            .Select(unit => unit.Filter);
    }

    /// <summary>The filters of each maxout unit's pieces, the heaviest first; the units first whose heaviest piece is heaviest.</summary>
    public static IEnumerable<float[][]> HeaviestUnits(Maxout layer)
    {
        var weight = layer.Weight.ToArray();
        float[] Piece(int unit, int piece) =>
            [.. Enumerable.Range(0, layer.Inputs).Select(row => weight[(row * layer.Pieces + piece) * layer.Outputs + unit])];
        return Enumerable.Range(0, layer.Outputs)
            .Select(unit => Enumerable.Range(0, layer.Pieces).Select(piece => Piece(unit, piece)).OrderByDescending(piece => Norm(piece)).ToArray())
            .OrderByDescending(pieces => Norm(pieces[0]));
    }

    private static double Norm(ReadOnlySpan<float> weights)
    {
        var sum = 0.0;
        foreach (var weight in weights)
            sum += (double)weight * weight;
        return Math.Sqrt(sum);
    }

    private static float[] Scaled(float[] filter)
    {
        var largest = filter.Max(Math.Abs);
        return [.. filter.Select(weight => largest > 0 ? 0.5f + weight / (2 * largest) : 0.5f)];
    }
}
