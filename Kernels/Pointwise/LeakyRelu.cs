using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Leaky rectifier with the slope b below 0: y = a where a > 0, else b a. NaN passes through.
/// Source: Maas, Hannun and Ng (2013), "Rectifier nonlinearities improve neural network acoustic models".
/// </summary>
public readonly struct LeakyRelu : IPointwisePair
{
    /// <inheritdoc/>
    // Not max(a, b a), which is another function where b > 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T a, T b) where T : struct, ILane<T> => T.WhereGreater(a, T.Zero, a, b * a);
}
