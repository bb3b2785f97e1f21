using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Heaviside step: y = 1 where x > 0, else 0, at NaN too; its slope is 0 everywhere.
/// Source: McCulloch and Pitts (1943), "A logical calculus of the ideas immanent in nervous activity".
/// </summary>
public readonly struct Step : IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => T.WhereGreater(x, T.Zero, T.One, T.Zero);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> => T.Zero;
}
