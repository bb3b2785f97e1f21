using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// The larger of two numbers; a where they are equal, NaN where either is.
/// </summary>
public readonly struct Maximum : IPointwisePair
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T a, T b) where T : struct, ILane<T>
    {
        // The lane's own maximum drops a NaN in its first operand.
        return T.WhereEqual(b, b, T.Max(b, a), b);
    }
}
