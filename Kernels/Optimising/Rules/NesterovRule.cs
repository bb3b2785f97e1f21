using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Nesterov's momentum: s = momentum s + g; p -= rate (g + momentum s), with p the look-ahead point.
/// Source: Nesterov (1983); Sutskever et al. (2013).
/// </summary>
public readonly struct NesterovRule : IOptimiserRule
{
    /// <inheritdoc/>
    public static int States => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T>
    {
        g = c.Penalised(g, p);
        s = T.MultiplyAdd(c.Momentum, s, g);
        return new(p - c.Rate * T.MultiplyAdd(c.Momentum, s, g), s, u);
    }
}
