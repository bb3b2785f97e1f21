namespace GpuNN;

/// <summary>
/// The numbers a pointwise function computes with: one float (all that a device compiler sees), 4, 8 or 16 floats of a
/// host vector, or a dual number that carries a derivative along. A function written once over a lane serves them all.
/// </summary>
/// <typeparam name="T">The lane itself.</typeparam>
public interface ILane<T> where T : struct, ILane<T>
{
    /// <summary>Zero.</summary>
    static abstract T Zero { get; }

    /// <summary>One.</summary>
    static abstract T One { get; }

    /// <summary>A constant in every element; its derivative is zero.</summary>
    static abstract T Constant(float value);

    /// <summary>Sum.</summary>
    static abstract T operator +(T a, T b);

    /// <summary>Difference.</summary>
    static abstract T operator -(T a, T b);

    /// <summary>Product.</summary>
    static abstract T operator *(T a, T b);

    /// <summary>Quotient.</summary>
    static abstract T operator /(T a, T b);

    /// <summary>Negation.</summary>
    static abstract T operator -(T a);

    /// <summary>a * b + c; rounded once where the hardware can.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>a &gt; b ? a : b, element by element: the larger; b when they are equal or either is NaN.</summary>
    static abstract T Max(T a, T b);

    /// <summary>a &lt; b ? a : b, element by element: the smaller; b when they are equal or either is NaN.</summary>
    static abstract T Min(T a, T b);

    /// <summary>Absolute value; its derivative is the sign, 0 at 0.</summary>
    static abstract T Abs(T x);

    /// <summary>Square root.</summary>
    static abstract T Sqrt(T x);

    /// <summary>a &gt; b ? yes : no, element by element; a comparison with NaN is false.</summary>
    static abstract T WhereGreater(T a, T b, T yes, T no);

    /// <summary>a == b ? yes : no, element by element; a comparison with NaN is false.</summary>
    static abstract T WhereEqual(T a, T b, T yes, T no);

    /// <summary>The nearest integer, ties to even; its derivative is zero. |x| below 2^22.</summary>
    static abstract T Round(T x);

    /// <summary>2 to an integral power n in [-127, 127], where -127 gives 0; its derivative is that of exp(n ln 2).</summary>
    static abstract T PowerOfTwo(T n);

    /// <summary>The exponent e of a positive normal x = m 2^e with m in [1, 2), as a number; its derivative is zero.</summary>
    static abstract T Exponent(T x);

    /// <summary>e to the x; this and the functions below as <see cref="Kernels.Accurate"/> states them.</summary>
    static abstract T Exp(T x);

    /// <summary>e to the x, less one; precise near 0.</summary>
    static abstract T Expm1(T x);

    /// <summary>Natural logarithm; -inf at 0, NaN below.</summary>
    static abstract T Log(T x);

    /// <summary>log(1 + x); precise near 0.</summary>
    static abstract T Log1p(T x);

    /// <summary>Hyperbolic tangent.</summary>
    static abstract T Tanh(T x);

    /// <summary>Logistic sigmoid 1 / (1 + exp(-x)).</summary>
    static abstract T Sigmoid(T x);

    /// <summary>Error function.</summary>
    static abstract T Erf(T x);
}
