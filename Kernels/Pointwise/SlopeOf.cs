using System.Runtime.CompilerServices;
using GpuNN.Kernels;

namespace GpuNN.Pointwise;

/// <summary>
/// The slope of a function that states one, as a function of its own: y = F'(x). Its slope is F''. Take the type from
/// <see cref="PointwiseMethods.SlopeOf"/>, which knows whether F states a slope.
/// </summary>
/// <typeparam name="F">The function.</typeparam>
public readonly struct SlopeOf<F> : IPointwise where F : struct, IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => F.Slope(x, F.Value(x));
}

/// <summary>The slope of a function that states none, by dual numbers: y = F'(x). Its slope is F''.</summary>
/// <typeparam name="F">The function.</typeparam>
public readonly struct DualSlopeOf<F> : IPointwise where F : struct, IPointwise
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> => F.Value(new Dual<T>(x, T.One)).Slope;

    /// <summary>F'(x) in the form of a <see cref="IPointwise.Slope{T}"/>: the y that is at hand is not needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Given<T>(T x, T y) where T : struct, ILane<T> => F.Value(new Dual<T>(x, T.One)).Slope;
}
