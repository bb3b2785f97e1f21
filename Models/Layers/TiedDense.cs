namespace GpuNN;

/// <summary>
/// Fully connected layer with the weights of another one: y = x W^T + b, or y = x W + b, with W of the other layer and a bias of its
/// own. W is one parameter: it learns from both uses, is saved once, and so stays equal to the last bit.
/// Shapes: transposed, x (batch, the other's outputs), b and y (..., the other's inputs); else as the other layer.
/// Source: Rumelhart, Hinton and Williams (1986) for shared weights; Vincent et al. (2010) for autoencoders whose decoder is the
/// encoder transposed.
/// </summary>
public sealed class TiedDense : Layer, IWidths
{
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <summary>A dense layer that borrows its weights.</summary>
    /// <param name="other">Whose weights it uses; usually a layer of the same model.</param>
    /// <param name="transpose">Whether it goes the other way, from the other's outputs to its inputs.</param>
    /// <param name="bias">Whether each unit adds a number of its own; it starts at 0.</param>
    public TiedDense(Dense other, bool transpose = true, bool bias = true)
    {
        Transposed = transpose;
        (Inputs, Outputs) = transpose ? (other.Outputs, other.Inputs) : (other.Inputs, other.Outputs);
        weight = Share(other.Weight);
        if (bias)
            this.bias = Own("bias", [Outputs], Inits.Zeros);
    }

    /// <summary>Whether it uses the weights transposed.</summary>
    public bool Transposed { get; }

    /// <summary>Numbers an item has.</summary>
    public int Inputs { get; }

    /// <summary>Units.</summary>
    public int Outputs { get; }

    int? IWidths.Inputs => Inputs;

    int? IWidths.Outputs => Outputs;

    /// <summary>The weights, which belong to the other layer.</summary>
    public Parameter Weight => weight;

    /// <summary>The biases (outputs), or null without.</summary>
    public Parameter? Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        var y = x.MatMul(Transposed ? weight.Transpose() : weight);
        return bias is null ? y : y + bias;
    }

    /// <inheritdoc/>
    public override string ToString() => $"TiedDense({Inputs} -> {Outputs}{(Transposed ? ", transposed" : "")}{(bias is null ? ", no bias" : "")})";
}
