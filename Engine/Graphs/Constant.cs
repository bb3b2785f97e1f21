namespace GpuNN;

/// <summary>A number known while recording.</summary>
public sealed class Constant : Tensor
{
    internal Constant(float value) : base(Shape.Scalar, ElementKind.Float) => Value = value;

    /// <summary>The number.</summary>
    public float Value { get; }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
