namespace GpuNN.Kernels;

/// <summary>
/// What a reduction does with two numbers, written once over a lane. A struct without fields. The combination must be
/// commutative and associative up to rounding; kernels apply it in an order that shape and lane width alone decide.
/// </summary>
public interface IReduction
{
    /// <summary>The number that changes nothing: what a reduction over nothing gives.</summary>
    static abstract float Identity { get; }

    /// <summary>Combines two numbers.</summary>
    static abstract T Combine<T>(T a, T b) where T : struct, ILane<T>;

    /// <summary>Combines the elements of a host vector.</summary>
    static abstract float Fold<T>(T x) where T : struct, IHostLane<T>;
}

/// <summary>Sum; 0 over nothing.</summary>
public readonly struct SumReduction : IReduction
{
    /// <inheritdoc/>
    public static float Identity => 0f;

    /// <inheritdoc/>
    public static T Combine<T>(T a, T b) where T : struct, ILane<T> => a + b;

    /// <inheritdoc/>
    public static float Fold<T>(T x) where T : struct, IHostLane<T> => T.Sum(x);
}

/// <summary>Greatest number; NaN if there is one among them; minus infinity over nothing.</summary>
public readonly struct MaxReduction : IReduction
{
    /// <inheritdoc/>
    public static float Identity => float.NegativeInfinity;

    /// <inheritdoc/>
    public static T Combine<T>(T a, T b) where T : struct, ILane<T> =>
        T.WhereGreater(a, b, a, T.WhereEqual(a, a, b, a));

    /// <inheritdoc/>
    public static float Fold<T>(T x) where T : struct, IHostLane<T> => T.Max(x);
}

/// <summary>Smallest number; NaN if there is one among them; infinity over nothing.</summary>
public readonly struct MinReduction : IReduction
{
    /// <inheritdoc/>
    public static float Identity => float.PositiveInfinity;

    /// <inheritdoc/>
    public static T Combine<T>(T a, T b) where T : struct, ILane<T> =>
        T.WhereGreater(b, a, a, T.WhereEqual(a, a, b, a));

    /// <inheritdoc/>
    public static float Fold<T>(T x) where T : struct, IHostLane<T> => T.Min(x);
}
