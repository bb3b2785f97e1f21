namespace GpuNN;

/// <summary>
/// Softplus: y = log(1 + exp(b x)) / b, a smooth rectifier, the sharper the larger b; its slope is sigmoid(b x). Shapes: y as x.
/// Source: Dugas, Bengio, Bélisle, Nadeau and Garcia (2001), "Incorporating second-order functional knowledge for better option pricing".
/// </summary>
public sealed class Softplus : Layer, IKeepsShape
{
    /// <summary>A smooth rectifier.</summary>
    /// <param name="beta">The sharpness b, above 0.</param>
    public Softplus(float beta = 1) => Beta = beta > 0 && float.IsFinite(beta) ? beta : throw new ArgumentOutOfRangeException(
        nameof(beta), $"Softplus: beta must be a finite number above 0, but is {beta}.\nTry 1; the larger it is, the nearer it is to ReLU.");

    /// <summary>The sharpness.</summary>
    public float Beta { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => (x * Beta).Softplus() / Beta;

    /// <inheritdoc/>
    public override string ToString() => Beta == 1 ? "Softplus" : FormattableString.Invariant($"Softplus({Beta})");
}
