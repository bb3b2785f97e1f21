using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Mean of a noisy rectifier: y = E max(0, x + n) with n of N(0, d^2), d^2 = sigmoid(x), which is d p(x / d) + x P(x / d), with the
/// density p and the distribution P of the normal distribution. 0 or more; exactly 0 far below, NaN passes through.
/// Source: Nair and Hinton (2010), "Rectified linear units improve restricted Boltzmann machines", whose noise it averages.
/// </summary>
public readonly struct NoisyReluMean : IPointwise
{
    // Below these the mean is 0 in floats, but infinities times 0 would make NaN of it.
    private const float Least = -60f;
    private const float LeastRatio = -14f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T>
    {
        var kept = T.Max(T.Constant(Least), x);
        var deviation = T.Sqrt(T.Sigmoid(kept));
        var ratio = T.Max(T.Constant(LeastRatio), kept / deviation);
        var half = T.Constant(0.5f);
        var distribution = T.MultiplyAdd(half, T.Erf(ratio * T.Constant(0.707106781f)), half);
        var density = T.Constant(0.398942280f) * T.Exp(-half * ratio * ratio);
        return T.Max(T.Zero, T.MultiplyAdd(deviation, density, kept * distribution));
    }
}
