using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Adam: s = beta1 s + (1 - beta1) g; u = beta2 u + (1 - beta2) g^2;
/// p -= rate / (1 - beta1^t) s / (sqrt(u) / sqrt(1 - beta2^t) + epsilon).
/// Source: Kingma and Ba (2015).
/// </summary>
public readonly struct AdamRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T> =>
        Adapt(p, c.Penalised(g, p), s, u, c);

    /// <summary>The step without a penalty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Stepped<T> Adapt<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T>
    {
        s = T.MultiplyAdd(c.Beta1, s, c.Rest1 * g);
        u = T.MultiplyAdd(c.Beta2, u, c.Rest2 * (g * g));
        return new(p - c.Rate * c.Correction1 * s / T.MultiplyAdd(T.Sqrt(u), c.RootCorrection2, c.Epsilon), s, u);
    }
}
