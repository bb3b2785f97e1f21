using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// AdaGrad: s += g^2; p -= rate g / (sqrt(s) + epsilon).
/// Source: Duchi, Hazan and Singer (2011).
/// </summary>
public readonly struct AdaGradRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T>
    {
        g = c.Penalised(g, p);
        s = T.MultiplyAdd(g, g, s);
        return new(p - c.Rate * g / (T.Sqrt(s) + c.Epsilon), s, u);
    }
}
