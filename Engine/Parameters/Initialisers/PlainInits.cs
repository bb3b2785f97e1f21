using GpuNN.Kernels;

namespace GpuNN;

/// <summary>The same number everywhere.</summary>
internal sealed record ConstantInit(float Value) : Init
{
    public override void Fill(Span<float> values, Shape shape, Philox stream) => values.Fill(Value);
}

/// <summary>Given numbers.</summary>
internal sealed record ValuesInit(float[] Values) : Init
{
    public override void Fill(Span<float> values, Shape shape, Philox stream)
    {
        if (Values.Length != values.Length)
            throw new ShapeException($"Values: needs {values.Length} numbers for the shape {shape}, but got {Values.Length}.\nGive one number for each element, row-major.");
        Values.CopyTo(values);
    }
}

/// <summary>No numbers of its own.</summary>
internal sealed record GivenInit(string Rule, string Fix) : Init
{
    public override void Fill(Span<float> values, Shape shape, Philox stream) =>
        throw new InvalidOperationException($"{Rule}, but none were set or loaded.\n{Fix}");
}

/// <summary>Normal with mean 0.</summary>
internal sealed record NormalInit : Init
{
    private readonly double deviation;

    public NormalInit(double deviation) => this.deviation = deviation >= 0 && double.IsFinite(deviation)
        ? deviation
        : throw new ArgumentOutOfRangeException(nameof(deviation), $"Normal: the standard deviation must be 0 or more, but is {deviation}.\nTry 0.01.");

    public override void Fill(Span<float> values, Shape shape, Philox stream)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(deviation * stream.NextNormal());
    }
}

/// <summary>Uniform between low and high.</summary>
internal sealed record UniformInit : Init
{
    private readonly double low;
    private readonly double high;

    public UniformInit(double low, double high) => (this.low, this.high) = low <= high && double.IsFinite(high - low)
        ? (low, high)
        : throw new ArgumentOutOfRangeException(nameof(low), $"Uniform: needs finite bounds, the lower first, but got {low} and {high}.\nSwap the bounds.");

    public override void Fill(Span<float> values, Shape shape, Philox stream)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(low + (high - low) * stream.NextFloat());
    }
}
