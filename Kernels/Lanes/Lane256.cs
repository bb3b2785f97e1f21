using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>Eight floats in one 256-bit host vector.</summary>
public readonly unsafe struct Lane256(Vector256<float> vector) : IHostLane<Lane256>
{
    /// <summary>The vector.</summary>
    public readonly Vector256<float> Vector = vector;

    /// <inheritdoc/>
    public static int Width => 8;

    /// <inheritdoc/>
    public static Lane256 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<float>.Zero);
    }

    /// <inheritdoc/>
    public static Lane256 One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<float>.One);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Constant(float value) => new(Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator +(Lane256 a, Lane256 b) => new(a.Vector + b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator -(Lane256 a, Lane256 b) => new(a.Vector - b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator *(Lane256 a, Lane256 b) => new(a.Vector * b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator /(Lane256 a, Lane256 b) => new(a.Vector / b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 operator -(Lane256 a) => new(-a.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 MultiplyAdd(Lane256 a, Lane256 b, Lane256 c) =>
        new(Vector256.MultiplyAddEstimate(a.Vector, b.Vector, c.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Max(Lane256 a, Lane256 b) => new(Avx.IsSupported
        ? Avx.Max(a.Vector, b.Vector) // returns its second operand for equal ones and for NaN
        : Vector256.ConditionalSelect(Vector256.GreaterThan(a.Vector, b.Vector), a.Vector, b.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Min(Lane256 a, Lane256 b) => new(Avx.IsSupported
        ? Avx.Min(a.Vector, b.Vector) // returns its second operand for equal ones and for NaN
        : Vector256.ConditionalSelect(Vector256.LessThan(a.Vector, b.Vector), a.Vector, b.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Abs(Lane256 x) => new(Vector256.Abs(x.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Sqrt(Lane256 x) => new(Vector256.Sqrt(x.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 WhereGreater(Lane256 a, Lane256 b, Lane256 yes, Lane256 no) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a.Vector, b.Vector), yes.Vector, no.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 WhereEqual(Lane256 a, Lane256 b, Lane256 yes, Lane256 no) =>
        new(Vector256.ConditionalSelect(Vector256.Equals(a.Vector, b.Vector), yes.Vector, no.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Round(Lane256 x) => new(Vector256.Round(x.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 PowerOfTwo(Lane256 n) =>
        new(((Vector256.ConvertToInt32Native(n.Vector) + Vector256.Create(127)) << 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Exponent(Lane256 x) =>
        new(Vector256.ConvertToSingle((x.Vector.AsInt32() >>> 23) - Vector256.Create(127)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Exp(Lane256 x) => Accurate.Exp(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Expm1(Lane256 x) => Accurate.Expm1(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Log(Lane256 x) => Accurate.Log(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Log1p(Lane256 x) => Accurate.Log1p(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Tanh(Lane256 x) => Accurate.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Sigmoid(Lane256 x) => Accurate.Sigmoid(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Erf(Lane256 x) => Accurate.Erf(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Load(float* from) => new(Vector256.Load(from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Lane256 x) => x.Vector.Store(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(float* to, Lane256 x) => x.Vector.StoreAlignedNonTemporal(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 LoadPart(float* from, int count, float fill)
    {
        if (Avx.IsSupported)
        {
            var mask = First(count);
            return new(Vector256.ConditionalSelect(mask, Avx.MaskLoad(from, mask), Vector256.Create(fill)));
        }

        var part = Vector256.Create(fill);
        Unsafe.CopyBlockUnaligned(&part, from, (uint)count * sizeof(float));
        return new(part);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(float* to, Lane256 x, int count)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(to, First(count), x.Vector);
            return;
        }

        var part = x.Vector;
        Unsafe.CopyBlockUnaligned(to, &part, (uint)count * sizeof(float));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Even(Lane256 a, Lane256 b) => new(Avx2.IsSupported
        ? Avx2.Permute4x64(Avx.Shuffle(a.Vector, b.Vector, 0x88).AsDouble(), 0xD8).AsSingle()
        : Vector256.Create(Lane128.Even(new(a.Vector.GetLower()), new(a.Vector.GetUpper())).Vector, Lane128.Even(new(b.Vector.GetLower()), new(b.Vector.GetUpper())).Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Odd(Lane256 a, Lane256 b) => new(Avx2.IsSupported
        ? Avx2.Permute4x64(Avx.Shuffle(a.Vector, b.Vector, 0xDD).AsDouble(), 0xD8).AsSingle()
        : Vector256.Create(Lane128.Odd(new(a.Vector.GetLower()), new(a.Vector.GetUpper())).Vector, Lane128.Odd(new(b.Vector.GetLower()), new(b.Vector.GetUpper())).Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 ZipLow(Lane256 a, Lane256 b) => new(Avx2.IsSupported
        ? Avx.Permute2x128(Avx.UnpackLow(a.Vector, b.Vector), Avx.UnpackHigh(a.Vector, b.Vector), 0x20)
        : Vector256.Create(Lane128.ZipLow(new(a.Vector.GetLower()), new(b.Vector.GetLower())).Vector, Lane128.ZipHigh(new(a.Vector.GetLower()), new(b.Vector.GetLower())).Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 ZipHigh(Lane256 a, Lane256 b) => new(Avx2.IsSupported
        ? Avx.Permute2x128(Avx.UnpackLow(a.Vector, b.Vector), Avx.UnpackHigh(a.Vector, b.Vector), 0x31)
        : Vector256.Create(Lane128.ZipLow(new(a.Vector.GetUpper()), new(b.Vector.GetUpper())).Vector, Lane128.ZipHigh(new(a.Vector.GetUpper()), new(b.Vector.GetUpper())).Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lane256 x) => Lane128.Sum(new(x.Vector.GetLower() + x.Vector.GetUpper()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Lane256 x) => Lane128.Max(new Lane128(Vector128.Max(x.Vector.GetLower(), x.Vector.GetUpper())));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(Lane256 x) => Lane128.Min(new Lane128(Vector128.Min(x.Vector.GetLower(), x.Vector.GetUpper())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> First(int count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
}
