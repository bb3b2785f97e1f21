namespace GpuNN;

/// <summary>
/// Parity of bits, 1 where an odd number of them is 1, by a tree of exclusive ors. Each is two layers of threshold units:
/// xor(a, b) = and(or(a, b), nand(a, b)). It has 2 ceil(log2 n) layers and 3 (n - 1) gates, beside units that hand an odd bit on;
/// two layers alone need 2^(n-1) units for the rows that are true.
/// Shapes: x (batch, bits) of 0 and 1, y (batch, 1) of 0 and 1.
/// Source: Minsky and Papert (1969), "Perceptrons", for the task.
/// </summary>
public sealed class ParityNetwork : Layer, IWidths
{
    private readonly Sequential layers;

    /// <summary>A network.</summary>
    /// <param name="bits">Inputs.</param>
    public ParityNetwork(int bits)
    {
        if (bits < 1)
            throw new ArgumentOutOfRangeException(nameof(bits), $"ParityNetwork: needs at least one bit, but got {bits}.\nTry 4.");
        Bits = bits;
        var chain = new List<Layer>();
        for (var width = bits; width > 1; width = (width + 1) / 2)
            chain.AddRange([OrAndNand(width), And(width)]);
        layers = Use("layers", new Sequential([.. chain]));
    }

    /// <summary>Inputs.</summary>
    public int Bits { get; }

    /// <summary>Layers of threshold units; none for one bit.</summary>
    public int Depth => layers.Parts.Count;

    int? IWidths.Inputs => Bits;

    int? IWidths.Outputs => 1;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => layers.Apply(x);

    /// <inheritdoc/>
    public override string ToString() => $"ParityNetwork({Bits} bits)";

    // unit 2k ors the bits 2k and 2k + 1, unit 2k + 1 nands them; an odd last bit is handed on
    private static Threshold OrAndNand(int width)
    {
        var (weights, biases) = (new float[width * width], new float[width]);
        for (var bit = 0; bit < width; bit++)
        {
            var first = bit & ~1;
            weights[bit * width + first] = 1;
            biases[bit] = -0.5f;
            if (first + 1 == width)
                continue;
            weights[bit * width + first + 1] = -1;
            biases[first + 1] = 1.5f;
        }
        return new Threshold(width, weights, biases);
    }

    private static Threshold And(int width)
    {
        var units = (width + 1) / 2;
        var (weights, biases) = (new float[width * units], new float[units]);
        for (var input = 0; input < width; input++)
        {
            weights[input * units + input / 2] = 1;
            biases[input / 2] = input % 2 == 0 ? -0.5f : -1.5f;
        }
        return new Threshold(width, weights, biases);
    }
}
