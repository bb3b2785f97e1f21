using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Gaussian error linear unit, exact form: y = x P(x), with P(x) = (1 + erf(x / sqrt(2))) / 2 the normal distribution.
/// Source: Hendrycks and Gimpel (2016), "Gaussian error linear units (GELUs)".
/// </summary>
public readonly struct Gelu : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T>
    {
        var half = T.Constant(0.5f) * x;
        return T.MultiplyAdd(half, T.Erf(x * T.Constant(0.707106781f)), half);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T>
    {
        // P(x) + x p(x), with the density p(x) = exp(-x^2 / 2) / sqrt(2 pi).
        var half = T.Constant(0.5f);
        var distribution = T.MultiplyAdd(half, T.Erf(x * T.Constant(0.707106781f)), half);
        var density = T.Constant(0.398942280f) * T.Exp(-half * x * x);
        return T.MultiplyAdd(x, density, distribution);
    }
}
