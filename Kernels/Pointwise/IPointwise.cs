namespace GpuNN;

/// <summary>
/// A function of one number, written once over a lane. A struct without fields. It serves every device, fuses with its
/// neighbours, and is differentiated by running it on dual numbers, unless it states its own <see cref="Slope{T}"/>.
/// </summary>
public interface IPointwise
{
    /// <summary>y = f(x).</summary>
    static abstract T Value<T>(T x) where T : struct, ILane<T>;

    /// <summary>f'(x), given y = f(x). Optional: states a faster form than the derivative by dual numbers.</summary>
    static virtual T Slope<T>(T x, T y) where T : struct, ILane<T> => throw new NotSupportedException(
        "This function states no slope: take the method from PointwiseMethods, which differentiates it by dual numbers.");
}

/// <summary>A function of two numbers, written once over a lane. A struct without fields.</summary>
public interface IPointwisePair
{
    /// <summary>y = f(a, b).</summary>
    static abstract T Value<T>(T a, T b) where T : struct, ILane<T>;
}

/// <summary>A function of four numbers, written once over a lane. A struct without fields. For choices: a ? b : c : d.</summary>
public interface IPointwiseChoice
{
    /// <summary>y = f(a, b, yes, no).</summary>
    static abstract T Value<T>(T a, T b, T yes, T no) where T : struct, ILane<T>;
}
