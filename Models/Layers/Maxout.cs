namespace GpuNN;

/// <summary>
/// Maxout: each unit is the greatest of some affine maps of all inputs, y[i] = max over j of (x W_j + b_j)[i], a convex function
/// that is learned. The gradient goes to the piece that won, the first of equals.
/// Shapes: x (batch, inputs), W (inputs, pieces outputs), b (pieces outputs), y (batch, outputs); column j outputs + i of W is
/// piece j of unit i, so that neighbours are compared with neighbours.
/// Source: Goodfellow, Warde-Farley, Mirza, Courville and Bengio (2013), "Maxout networks".
/// </summary>
public sealed class Maxout : Layer, IWidths
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>A maxout layer.</summary>
    /// <param name="inputs">Numbers an item has.</param>
    /// <param name="outputs">Units.</param>
    /// <param name="pieces">Affine maps a unit; with 1 the layer is linear.</param>
    /// <param name="init">Initial weights; <see cref="Inits.LeCunNormal"/> if null, under which two pieces keep the mean square. The bias starts at 0.</param>
    public Maxout(int inputs, int outputs, int pieces = 2, Init? init = null)
    {
        if (inputs < 1 || outputs < 1 || pieces < 1)
            throw new ArgumentOutOfRangeException(inputs < 1 ? nameof(inputs) : outputs < 1 ? nameof(outputs) : nameof(pieces),
                $"Maxout: needs at least one input, one unit and one piece, but got {inputs}, {outputs} and {pieces}.\nCheck the arithmetic that made the size.");
        (Inputs, Outputs, Pieces) = (inputs, outputs, pieces);
        weight = Own("weight", [inputs, pieces * outputs], init ?? Inits.LeCunNormal);
        bias = Own("bias", [pieces * outputs], Inits.Zeros);
    }

    /// <summary>Numbers an item has.</summary>
    public int Inputs { get; }

    /// <summary>Units.</summary>
    public int Outputs { get; }

    /// <summary>Affine maps a unit.</summary>
    public int Pieces { get; }

    int? IWidths.Inputs => Inputs;

    int? IWidths.Outputs => Outputs;

    /// <summary>The weights (inputs, pieces outputs).</summary>
    public Parameter Weight => weight;

    /// <summary>The biases (pieces outputs).</summary>
    public Parameter Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        var pieces = x.MatMul(weight) + bias;
        return pieces.Reshape([.. x.Shape.Sizes[..^1], Pieces, Outputs]).Winner(axis: -2);
    }

    /// <inheritdoc/>
    public override string ToString() => $"Maxout({Inputs} -> {Outputs} of {Pieces})";
}
