namespace GpuNN;

/// <summary>
/// Noisy rectifier: in training y = max(0, x + n) with n drawn from N(0, sigmoid(x)) for each number and step; no gradient goes
/// through the variance of the noise. Otherwise y is the mean of that over the noise, or max(0, x).
/// Shapes: y as x.
/// Source: Nair and Hinton (2010), "Rectified linear units improve restricted Boltzmann machines".
/// </summary>
public sealed class NoisyRelu : Layer, IKeepsShape
{
    /// <summary>A noisy rectifier.</summary>
    /// <param name="averaged">Whether its use is the mean over the noise, d p(x / d) + x P(x / d) with d^2 = sigmoid(x), instead of max(0, x).</param>
    public NoisyRelu(bool averaged = true) => Averaged = averaged;

    /// <summary>Whether its use is the mean over the noise.</summary>
    public bool Averaged { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (Graph.Current.Training)
            return (x + (x.Sigmoid().Sqrt() * Graph.Current.Normal(x.Shape)).Detach()).Relu();
        return Averaged ? x.Map<Pointwise.NoisyReluMean>() : x.Relu();
    }

    /// <inheritdoc/>
    public override string ToString() => Averaged ? "NoisyRelu" : "NoisyRelu(plain in use)";
}
