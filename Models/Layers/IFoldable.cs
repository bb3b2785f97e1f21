namespace GpuNN;

/// <summary>
/// A layer that is linear in its weights, so that a batch normalisation behind it can become part of them: a dense layer, a
/// convolution.
/// </summary>
public interface IFoldable
{
    /// <summary>A new layer of the same kind that makes scale y + shift of this one's y, output by output.</summary>
    /// <param name="scale">A factor for each output.</param>
    /// <param name="shift">What is added to each output.</param>
    Layer Folded(double[] scale, double[] shift);

    /// <summary>Number of outputs, or of output channels.</summary>
    int Outputs { get; }
}
