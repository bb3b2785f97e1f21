using System.Globalization;

namespace GpuNN;

/// <summary>Share of rows whose numbers are all within a tolerance of their targets. Shapes: prediction and target the same, (batch, ...).</summary>
/// <param name="Tolerance">How far a number may be off, in the unit of the target.</param>
public sealed record WithinTolerance(float Tolerance) : Metric
{
    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"share within {Tolerance}");

    /// <inheritdoc/>
    public override bool MoreIsBetter => true;

    /// <inheritdoc/>
    public override Tensor Sum(Tensor prediction, Tensor target) =>
        (1f - Choices.WhereGreater((prediction - target.Reshape(prediction.Shape)).Abs().Flatten().Max(1), Tolerance, 1, 0)).Sum();
}
