namespace GpuNN;

/// <summary>Mean of |a - y|, in the unit of the target. Shapes: prediction a and target y the same.</summary>
public sealed record MeanAbsoluteError : Metric
{
    /// <inheritdoc/>
    public override string Name => "mean absolute error";

    /// <inheritdoc/>
    public override Tensor Sum(Tensor prediction, Tensor target) => (prediction - target.Reshape(prediction.Shape)).Abs().Sum();

    /// <inheritdoc/>
    public override Tensor Count(Tensor prediction, Tensor target) => prediction.Shape.Elements;
}
