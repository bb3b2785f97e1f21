namespace GpuNN;

/// <summary>
/// Fully connected layer: y = x W + b.
/// Shapes: x (batch, inputs), W (inputs, outputs), b (outputs), y (batch, outputs); more axes before the last are a larger batch.
/// Source: Rumelhart, Hinton and Williams (1986); the bias is the weight of a "dummy" unit that is always 1.
/// </summary>
public sealed class Dense : Layer, IWidths, IFoldable
{
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <summary>A dense layer.</summary>
    /// <param name="inputs">Numbers an item has.</param>
    /// <param name="outputs">Units.</param>
    /// <param name="bias">Whether each unit adds a number of its own.</param>
    /// <param name="init">Initial weights; <see cref="Inits.GlorotUniform"/> if null. The bias starts at 0.</param>
    public Dense(int inputs, int outputs, bool bias = true, Init? init = null)
    {
        if (inputs < 1 || outputs < 1)
            throw new ArgumentOutOfRangeException(inputs < 1 ? nameof(inputs) : nameof(outputs),
                $"Dense: needs at least one input and one unit, but got {inputs} and {outputs}.\nCheck the arithmetic that made the size.");
        (Inputs, Outputs) = (inputs, outputs);
        weight = Own("weight", [inputs, outputs], init ?? Inits.GlorotUniform);
        if (bias)
            this.bias = Own("bias", [outputs], Inits.Zeros);
    }

    /// <summary>Numbers an item has.</summary>
    public int Inputs { get; }

    /// <summary>Units.</summary>
    public int Outputs { get; }

    int? IWidths.Inputs => Inputs;

    int? IWidths.Outputs => Outputs;

    /// <summary>The weights (inputs, outputs).</summary>
    public Parameter Weight => weight;

    /// <summary>The biases (outputs), or null without.</summary>
    public Parameter? Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => bias is null ? x.MatMul(weight) : x.MatMul(weight) + bias;

    /// <inheritdoc/>
    public Layer Folded(double[] scale, double[] shift)
    {
        var folded = new Dense(Inputs, Outputs);
        folded.weight.Set(Folding.Scaled(weight, 1, scale));
        folded.bias!.Set(Folding.Shifted(bias, scale, shift));
        return folded;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Dense({Inputs} -> {Outputs}{(bias is null ? ", no bias" : "")})";
}
