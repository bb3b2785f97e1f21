using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Error function: y = 2 / sqrt(pi) times the integral of exp(-t^2) over [0, x].
/// </summary>
public readonly struct Erf : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.Erf(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => T.Constant(1.12837917f) * T.Exp(-(x * x));
}
