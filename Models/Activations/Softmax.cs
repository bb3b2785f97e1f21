namespace GpuNN;

/// <summary>Softmax along the last axis: y[c] = exp(x[c]) / sum_j exp(x[j]). Shapes: y as x. A loss such as <see cref="Loss.SoftmaxCrossEntropy"/> takes the numbers before it.</summary>
public sealed class Softmax : Layer, IKeepsShape
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Softmax();
}
