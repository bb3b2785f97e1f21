using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// A number with its derivative: f(x + e) = f(x) + f'(x) e with e * e = 0. Running a function on it differentiates the
/// function; duals of duals give the second derivative, and so on. Choices follow the values.
/// Source: Clifford (1873), "Preliminary sketch of biquaternions"; Wengert (1964), "A simple automatic derivative evaluation program".
/// </summary>
/// <typeparam name="T">The lane of value and slope.</typeparam>
public readonly struct Dual<T>(T value, T slope) : ILane<Dual<T>> where T : struct, ILane<T>
{
    /// <summary>The value.</summary>
    public readonly T Value = value;

    /// <summary>The derivative.</summary>
    public readonly T Slope = slope;

    /// <inheritdoc/>
    public static Dual<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(T.Zero, T.Zero);
    }

    /// <inheritdoc/>
    public static Dual<T> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(T.One, T.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Constant(float value) => new(T.Constant(value), T.Zero);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> operator +(Dual<T> a, Dual<T> b) => new(a.Value + b.Value, a.Slope + b.Slope);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> operator -(Dual<T> a, Dual<T> b) => new(a.Value - b.Value, a.Slope - b.Slope);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> operator *(Dual<T> a, Dual<T> b) =>
        new(a.Value * b.Value, T.MultiplyAdd(a.Slope, b.Value, a.Value * b.Slope));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> operator /(Dual<T> a, Dual<T> b)
    {
        var y = a.Value / b.Value;
        return new(y, (a.Slope - y * b.Slope) / b.Value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> operator -(Dual<T> a) => new(-a.Value, -a.Slope);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> MultiplyAdd(Dual<T> a, Dual<T> b, Dual<T> c) => new(
        T.MultiplyAdd(a.Value, b.Value, c.Value),
        T.MultiplyAdd(a.Slope, b.Value, T.MultiplyAdd(a.Value, b.Slope, c.Slope)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Max(Dual<T> a, Dual<T> b) => WhereGreater(a, b, a, b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Min(Dual<T> a, Dual<T> b) => WhereGreater(b, a, a, b);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Abs(Dual<T> x) => new(
        T.Abs(x.Value),
        T.WhereGreater(x.Value, T.Zero, x.Slope, T.WhereGreater(T.Zero, x.Value, -x.Slope, T.Zero)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Sqrt(Dual<T> x)
    {
        var y = T.Sqrt(x.Value);
        return new(y, x.Slope / (y + y));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> WhereGreater(Dual<T> a, Dual<T> b, Dual<T> yes, Dual<T> no) => new(
        T.WhereGreater(a.Value, b.Value, yes.Value, no.Value),
        T.WhereGreater(a.Value, b.Value, yes.Slope, no.Slope));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> WhereEqual(Dual<T> a, Dual<T> b, Dual<T> yes, Dual<T> no) => new(
        T.WhereEqual(a.Value, b.Value, yes.Value, no.Value),
        T.WhereEqual(a.Value, b.Value, yes.Slope, no.Slope));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Round(Dual<T> x) => new(T.Round(x.Value), T.Zero);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> PowerOfTwo(Dual<T> n)
    {
        var y = T.PowerOfTwo(n.Value);
        return new(y, n.Slope * y * T.Constant(0.6931472f));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Exponent(Dual<T> x) => new(T.Exponent(x.Value), T.Zero);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Exp(Dual<T> x)
    {
        var y = T.Exp(x.Value);
        return new(y, x.Slope * y);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Expm1(Dual<T> x)
    {
        var y = T.Expm1(x.Value);
        return new(y, x.Slope * (y + T.One));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Log(Dual<T> x) => new(T.Log(x.Value), x.Slope / x.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Log1p(Dual<T> x) => new(T.Log1p(x.Value), x.Slope / (T.One + x.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Tanh(Dual<T> x)
    {
        var y = T.Tanh(x.Value);
        return new(y, x.Slope * (T.One - y * y));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Sigmoid(Dual<T> x)
    {
        var y = T.Sigmoid(x.Value);
        return new(y, x.Slope * (y * (T.One - y)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Erf(Dual<T> x) =>
        new(T.Erf(x.Value), x.Slope * (T.Constant(1.12837917f) * T.Exp(-(x.Value * x.Value))));
}
