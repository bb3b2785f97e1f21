using System.Runtime.CompilerServices;

namespace GpuNN.Pointwise;

/// <summary>
/// Scaled exponential linear unit: y = s x where x > 0, else s a (exp(x) - 1), with the a and s that keep numbers of mean 0 and
/// variance 1 so from layer to layer. Its slope at 0 is that from the left, s a.
/// Source: Klambauer, Unterthiner, Mayr and Hochreiter (2017), "Self-normalizing neural networks".
/// </summary>
public readonly struct Selu : IPointwise
{
    private const float Scale = 1.05070098f;
    private const float Depth = 1.75809934f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x) where T : struct, ILane<T> =>
        T.WhereGreater(x, T.Zero, T.Constant(Scale) * x, T.Constant(Depth) * T.Expm1(x));

    /// <inheritdoc/>
    // From the result alone, so that x need not be kept for the backward pass.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y) where T : struct, ILane<T> =>
        T.WhereGreater(y, T.Zero, T.Constant(Scale), y + T.Constant(Depth));
}
