using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>Sixteen floats in one 512-bit host vector.</summary>
public readonly unsafe struct Lane512(Vector512<float> vector) : IHostLane<Lane512>
{
    /// <summary>The vector.</summary>
    public readonly Vector512<float> Vector = vector;

    /// <inheritdoc/>
    public static int Width => 16;

    /// <inheritdoc/>
    public static Lane512 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<float>.Zero);
    }

    /// <inheritdoc/>
    public static Lane512 One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<float>.One);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Constant(float value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator +(Lane512 a, Lane512 b) => new(a.Vector + b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator -(Lane512 a, Lane512 b) => new(a.Vector - b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator *(Lane512 a, Lane512 b) => new(a.Vector * b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator /(Lane512 a, Lane512 b) => new(a.Vector / b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator -(Lane512 a) => new(-a.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 MultiplyAdd(Lane512 a, Lane512 b, Lane512 c) =>
        new(Vector512.MultiplyAddEstimate(a.Vector, b.Vector, c.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Max(Lane512 a, Lane512 b) => new(Avx512F.IsSupported
        ? Avx512F.Max(a.Vector, b.Vector) // returns its second operand for equal ones and for NaN
        : Vector512.ConditionalSelect(Vector512.GreaterThan(a.Vector, b.Vector), a.Vector, b.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Min(Lane512 a, Lane512 b) => new(Avx512F.IsSupported
        ? Avx512F.Min(a.Vector, b.Vector) // returns its second operand for equal ones and for NaN
        : Vector512.ConditionalSelect(Vector512.LessThan(a.Vector, b.Vector), a.Vector, b.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Abs(Lane512 x) => new(Vector512.Abs(x.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Sqrt(Lane512 x) => new(Vector512.Sqrt(x.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 WhereGreater(Lane512 a, Lane512 b, Lane512 yes, Lane512 no) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.Vector, b.Vector), yes.Vector, no.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 WhereEqual(Lane512 a, Lane512 b, Lane512 yes, Lane512 no) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(a.Vector, b.Vector), yes.Vector, no.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Round(Lane512 x) => new(Vector512.Round(x.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 PowerOfTwo(Lane512 n) =>
        new(((Vector512.ConvertToInt32Native(n.Vector) + Vector512.Create(127)) << 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Exponent(Lane512 x) =>
        new(Vector512.ConvertToSingle((x.Vector.AsInt32() >>> 23) - Vector512.Create(127)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Exp(Lane512 x) => Accurate.Exp(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Expm1(Lane512 x) => Accurate.Expm1(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Log(Lane512 x) => Accurate.Log(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Log1p(Lane512 x) => Accurate.Log1p(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Tanh(Lane512 x) => Accurate.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Sigmoid(Lane512 x) => Accurate.Sigmoid(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Erf(Lane512 x) => Accurate.Erf(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Load(float* from) => new(Vector512.Load(from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Lane512 x) => x.Vector.Store(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(float* to, Lane512 x) => x.Vector.StoreAlignedNonTemporal(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 LoadPart(float* from, int count, float fill)
    {
        if (Avx512F.IsSupported)
        {
            var mask = First(count);
            return new(Avx512F.MaskLoad(from, mask, Vector512.Create(fill)));
        }

        var part = Vector512.Create(fill);
        Unsafe.CopyBlockUnaligned(&part, from, (uint)count * sizeof(float));
        return new(part);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(float* to, Lane512 x, int count)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(to, First(count), x.Vector);
            return;
        }

        var part = x.Vector;
        Unsafe.CopyBlockUnaligned(to, &part, (uint)count * sizeof(float));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Even(Lane512 a, Lane512 b) => new(Avx512F.IsSupported
        ? Avx512F.PermuteVar16x32x2(a.Vector, Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), b.Vector)
        : Vector512.Create(Lane256.Even(new(a.Vector.GetLower()), new(a.Vector.GetUpper())).Vector, Lane256.Even(new(b.Vector.GetLower()), new(b.Vector.GetUpper())).Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Odd(Lane512 a, Lane512 b) => new(Avx512F.IsSupported
        ? Avx512F.PermuteVar16x32x2(a.Vector, Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), b.Vector)
        : Vector512.Create(Lane256.Odd(new(a.Vector.GetLower()), new(a.Vector.GetUpper())).Vector, Lane256.Odd(new(b.Vector.GetLower()), new(b.Vector.GetUpper())).Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 ZipLow(Lane512 a, Lane512 b) => new(Avx512F.IsSupported
        ? Avx512F.PermuteVar16x32x2(a.Vector, Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), b.Vector)
        : Vector512.Create(Lane256.ZipLow(new(a.Vector.GetLower()), new(b.Vector.GetLower())).Vector, Lane256.ZipHigh(new(a.Vector.GetLower()), new(b.Vector.GetLower())).Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 ZipHigh(Lane512 a, Lane512 b) => new(Avx512F.IsSupported
        ? Avx512F.PermuteVar16x32x2(a.Vector, Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), b.Vector)
        : Vector512.Create(Lane256.ZipLow(new(a.Vector.GetUpper()), new(b.Vector.GetUpper())).Vector, Lane256.ZipHigh(new(a.Vector.GetUpper()), new(b.Vector.GetUpper())).Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lane512 x) => Lane256.Sum(new(x.Vector.GetLower() + x.Vector.GetUpper()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Lane512 x) => Lane256.Max(new Lane256(Vector256.Max(x.Vector.GetLower(), x.Vector.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(Lane512 x) => Lane256.Min(new Lane256(Vector256.Min(x.Vector.GetLower(), x.Vector.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> First(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
}
