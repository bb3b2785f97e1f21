using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// RMSProp: s = beta2 s + (1 - beta2) g^2; p -= rate g / (sqrt(s) + epsilon).
/// Source: Tieleman and Hinton (2012), lecture 6.5.
/// </summary>
public readonly struct RmsPropRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T>
    {
        g = c.Penalised(g, p);
        s = T.MultiplyAdd(c.Beta2, s, c.Rest2 * (g * g));
        return new(p - c.Rate * g / (T.Sqrt(s) + c.Epsilon), s, u);
    }
}
