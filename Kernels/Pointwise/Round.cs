using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Nearest integer, ties to even, for |x| below 2^22; from there on y = x. Its slope is 0 everywhere.
/// </summary>
public readonly struct Round : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> =>
        T.WhereGreater(T.Constant(4194304f), T.Abs(x), T.Round(x), x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => T.Zero;
}
