using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Product: y = a * b.
/// </summary>
public readonly struct Multiply : IPointwisePair
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T a, T b) where T : struct, ILane<T> => a * b;
}
