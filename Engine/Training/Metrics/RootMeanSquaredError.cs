namespace GpuNN;

/// <summary>Square root of the mean of (a - y)^2, in the unit of the target. Shapes: prediction a and target y the same.</summary>
public sealed record RootMeanSquaredError : Metric
{
    /// <inheritdoc/>
    public override string Name => "root mean squared error";

    /// <inheritdoc/>
    public override Tensor Sum(Tensor prediction, Tensor target) => (prediction - target.Reshape(prediction.Shape)).Square().Sum();

    /// <inheritdoc/>
    public override Tensor Count(Tensor prediction, Tensor target) => prediction.Shape.Elements;

    /// <inheritdoc/>
    public override double Finish(double mean) => Math.Sqrt(mean);
}
