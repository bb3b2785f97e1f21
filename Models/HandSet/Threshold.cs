namespace GpuNN;

/// <summary>
/// Threshold units with given weights: y = 1 where x W + b > 0, else 0. No gradient passes a step, so nothing of it is trained.
/// Shapes: x (batch, inputs), W (inputs, units), b (units), y (batch, units); more axes before the last are a larger batch.
/// Units: of a gate, x and y are 0 for false and 1 for true.
/// Source: McCulloch and Pitts (1943), "A logical calculus of the ideas immanent in nervous activity".
/// </summary>
public sealed class Threshold : Layer, IWidths
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Units.</summary>
    /// <param name="inputs">Numbers an item has.</param>
    /// <param name="weights">W, row-major: the weights of the first input first.</param>
    /// <param name="biases">b, one a unit.</param>
    public Threshold(int inputs, float[] weights, float[] biases)
    {
        if (inputs < 1 || biases.Length < 1)
            throw new ArgumentOutOfRangeException(inputs < 1 ? nameof(inputs) : nameof(biases),
                $"Threshold: needs at least one input and one unit, but got {inputs} and {biases.Length}.\nGive a bias for each unit.");
        if (weights.Length != (long)inputs * biases.Length)
            throw new ArgumentException(
                $"Threshold: needs a weight for each of {inputs} inputs and {biases.Length} units, {(long)inputs * biases.Length} in all, but got {weights.Length}.\nGive them row-major, those of the first input first.", nameof(weights));
        (Inputs, Outputs) = (inputs, biases.Length);
        weight = Own("weight", [Inputs, Outputs], Inits.Values(weights), trainable: false);
        bias = Own("bias", [Outputs], Inits.Values(biases), trainable: false);
    }

    /// <summary>Numbers an item has.</summary>
    public int Inputs { get; }

    /// <summary>Units.</summary>
    public int Outputs { get; }

    int? IWidths.Inputs => Inputs;

    int? IWidths.Outputs => Outputs;

    /// <summary>One unit that is 1 where all inputs are.</summary>
    public static Threshold And(int inputs) => Gate(inputs, 1, 0.5f - inputs);

    /// <summary>One unit that is 1 where any input is.</summary>
    public static Threshold Or(int inputs) => Gate(inputs, 1, -0.5f);

    /// <summary>One unit that is 0 where all inputs are 1.</summary>
    public static Threshold Nand(int inputs) => Gate(inputs, -1, inputs - 0.5f);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => (x.MatMul(weight) + bias).Map<Pointwise.Step>();

    /// <inheritdoc/>
    public override string ToString() => $"Threshold({Inputs} -> {Outputs})";

    private static Threshold Gate(int inputs, float weight, float bias)
    {
        var weights = new float[Math.Max(0, inputs)];
        Array.Fill(weights, weight);
        return new Threshold(inputs, weights, [bias]);
    }
}
