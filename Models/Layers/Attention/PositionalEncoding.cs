namespace GpuNN;

/// <summary>
/// Positions as waves: y[n, t] = x[n, t] + p[t] with p[t, 2i] = sin(t / 10000^(2i / width)) and p[t, 2i + 1] the cosine of the same. So p of a
/// later step is a rotation of p, the same for every t.
/// Shapes: x, y (batch, steps, width).
/// Source: Vaswani et al. (2017), "Attention is all you need".
/// </summary>
public sealed class PositionalEncoding : Layer, IKeepsShape
{
    private readonly Parameter waves;

    /// <summary>Positions.</summary>
    /// <param name="steps">Most steps of a sequence.</param>
    /// <param name="width">Numbers of a step.</param>
    public PositionalEncoding(int steps, int width)
    {
        Positions.Check("PositionalEncoding", steps, width);
        (Steps, Width) = (steps, width);
        waves = Own("waves", [steps, width], Inits.Values(Waves(steps, width)), trainable: false);
    }

    /// <summary>Most steps of a sequence.</summary>
    public int Steps { get; }

    /// <summary>Numbers of a step.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Positions.Add(this, x, waves);

    /// <inheritdoc/>
    public override string ToString() => $"PositionalEncoding({Steps} steps, {Width})";

    private static float[] Waves(int steps, int width)
    {
        var waves = new float[steps * width];
        for (var i = 0; i < waves.Length; i++)
        {
            var (step, c) = Math.DivRem(i, width);
            var angle = step / Math.Pow(10_000, (c - c % 2) / (double)width);
            waves[i] = (float)(c % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        }
        return waves;
    }
}
