namespace GpuNN;

/// <summary>
/// Randomised leaky rectifier: y = x where x > 0, else a x, where in training a is drawn for each number and step, uniform
/// between two slopes, and otherwise is their mean. Shapes: y as x.
/// Source: Xu, Wang, Chen and Li (2015), "Empirical evaluation of rectified activations in convolutional network".
/// </summary>
public sealed class RRelu : Layer, IKeepsShape
{
    /// <summary>A randomised leaky rectifier.</summary>
    /// <param name="lower">The least slope below 0.</param>
    /// <param name="upper">The greatest.</param>
    public RRelu(float lower = 1f / 8, float upper = 1f / 3)
    {
        if (!(lower <= upper) || !float.IsFinite(lower) || !float.IsFinite(upper))
            throw new ArgumentOutOfRangeException(nameof(lower), $"RRelu: needs a least slope and one that is not below it, but got {lower} and {upper}.\nTry 1/8 and 1/3.");
        (Lower, Upper) = (lower, upper);
    }

    /// <summary>The least slope below 0.</summary>
    public float Lower { get; }

    /// <summary>The greatest slope below 0.</summary>
    public float Upper { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.LeakyRelu(Graph.Current.Training
        ? Lower + (Upper - Lower) * Graph.Current.Uniform(x.Shape)
        : (Lower + Upper) / 2);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"RRelu({Lower:G4} to {Upper:G4})");
}
