using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Biases of a gated recurrent layer whose memories last from 1 step to the longest wanted: log(uniform(1, T - 1)) for the gate that keeps, the negative
/// for the gate that takes in, 0 for the others. Shape (gates, units).
/// Source: Tallec and Ollivier (2018), "Can recurrent neural networks warp time?"
/// </summary>
internal sealed record ChronoInit(int Longest, int? Keeps, int? Takes) : Init
{
    public override void Fill(Span<float> values, Shape shape, Philox stream)
    {
        values.Clear();
        var units = shape[1];
        for (var unit = 0; unit < units; unit++)
        {
            var bias = MathF.Log(1 + stream.NextFloat() * Math.Max(0, Longest - 2));
            if (Keeps is { } keeps)
                values[keeps * units + unit] = bias;
            if (Takes is { } takes)
                values[takes * units + unit] = -bias;
        }
    }
}
