using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>How four uniform numbers in [0, 1) become four random numbers, written once over a lane.</summary>
public interface IRandomForm
{
    /// <summary>The numbers made of the four.</summary>
    Four<T> Map<T>(Four<T> u) where T : struct, ILane<T>;
}

/// <summary>Four numbers of one counter.</summary>
/// <param name="a">First.</param>
/// <param name="b">Second.</param>
/// <param name="c">Third.</param>
/// <param name="d">Fourth.</param>
public readonly struct Four<T>(T a, T b, T c, T d) where T : struct, ILane<T>
{
    /// <summary>First.</summary>
    public readonly T A = a;

    /// <summary>Second.</summary>
    public readonly T B = b;

    /// <summary>Third.</summary>
    public readonly T C = c;

    /// <summary>Fourth.</summary>
    public readonly T D = d;
}

/// <summary>Uniform in [0, 1), a multiple of 2^-24.</summary>
public readonly struct UniformForm : IRandomForm
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Four<T> Map<T>(Four<T> u) where T : struct, ILane<T> => u;
}

/// <summary>A value with a probability, else 0: a dropout mask where the value is 1 / probability.</summary>
/// <param name="probability">Probability of the value.</param>
/// <param name="value">The value.</param>
public readonly struct BernoulliForm(float probability, float value) : IRandomForm
{
    private readonly float probability = probability;
    private readonly float value = value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Four<T> Map<T>(Four<T> u) where T : struct, ILane<T>
    {
        var p = T.Constant(probability);
        var one = T.Constant(value);
        return new Four<T>(T.WhereGreater(p, u.A, one, T.Zero), T.WhereGreater(p, u.B, one, T.Zero),
            T.WhereGreater(p, u.C, one, T.Zero), T.WhereGreater(p, u.D, one, T.Zero));
    }
}

/// <summary>
/// Standard normal by Box and Muller (1958): sqrt(-2 log(1 - u)) (cos, sin)(2 pi v) of the pairs (A, B) and (C, D).
/// Within 1e-6 of the exact value; |z| is at most 5.77.
/// </summary>
public readonly struct NormalForm : IRandomForm
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Four<T> Map<T>(Four<T> u) where T : struct, ILane<T>
    {
        var first = Pair(u.A, u.B);
        var second = Pair(u.C, u.D);
        return new Four<T>(first.A, first.B, second.A, second.B);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Four<T> Pair<T>(T u, T v) where T : struct, ILane<T>
    {
        var radius = T.Sqrt(T.Constant(-2f) * T.Log(T.One - u));
        var turn = Turn.CosSin(v);
        return new Four<T>(radius * turn.A, radius * turn.B, T.Zero, T.Zero);
    }
}

/// <summary>Cosine and sine of a part of a turn.</summary>
internal static class Turn
{
    /// <summary>
    /// A = cos(2 pi u) and B = sin(2 pi u) for u in [0, 1], within 1e-7: the nearest quarter is taken off exactly, a polynomial of
    /// the rest (Cephes' sinf and cosf) does the remainder.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<T> CosSin<T>(T u) where T : struct, ILane<T>
    {
        var quarter = T.Round(T.Constant(4f) * u);
        var x = (u - quarter * T.Constant(0.25f)) * T.Constant(2 * MathF.PI);
        var z = x * x;
        var sin = T.MultiplyAdd(z, T.Constant(-1.9515295891e-4f), T.Constant(8.3321608736e-3f));
        sin = T.MultiplyAdd(z, sin, T.Constant(-1.6666654611e-1f));
        sin = T.MultiplyAdd(x * z, sin, x);
        var cos = T.MultiplyAdd(z, T.Constant(2.443315711809948e-5f), T.Constant(-1.388731625493765e-3f));
        cos = T.MultiplyAdd(z, cos, T.Constant(4.166664568298827e-2f));
        cos = T.MultiplyAdd(z * z, cos, T.MultiplyAdd(z, T.Constant(-0.5f), T.One));

        // Quarters 1 and 3 swap the two; the cosine is negative in 1 and 2, the sine in 2 and 3; 4 is 0 again.
        var three = T.Constant(3f);
        var c = T.WhereEqual(quarter, T.One, sin, T.WhereEqual(quarter, three, sin, cos));
        var s = T.WhereEqual(quarter, T.One, cos, T.WhereEqual(quarter, three, cos, sin));
        var behind = T.WhereGreater(T.Constant(2.5f), quarter, T.WhereGreater(quarter, T.Constant(0.5f), -c, c), c);
        var below = T.WhereGreater(T.Constant(3.5f), quarter, T.WhereGreater(quarter, T.Constant(1.5f), -s, s), s);
        return new Four<T>(behind, below, T.Zero, T.Zero);
    }
}
