namespace GpuNN;

/// <summary>
/// The part of a transformer block that works on each step alone: y = W2 gelu(W1 x + b1) + b2, with the exact form of GELU.
/// Shapes: x, y (..., width). Source: Vaswani et al. (2017), with the activation of Hendrycks and Gimpel (2016).
/// </summary>
public sealed class FeedForward : Layer, IKeepsShape
{
    private readonly Dense wide;
    private readonly Dense back;

    /// <summary>Two dense layers.</summary>
    /// <param name="width">Numbers of a step.</param>
    /// <param name="hidden">Units between them; 4 width if null.</param>
    public FeedForward(int width, int? hidden = null)
    {
        wide = Use("wide", new Dense(width, hidden ?? 4 * width));
        back = Use("back", new Dense(hidden ?? 4 * width, width));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => back.Apply(wide.Apply(x).Map<Pointwise.Gelu>());

    /// <inheritdoc/>
    public override string ToString() => $"FeedForward({wide.Inputs}, {wide.Outputs} hidden)";
}
