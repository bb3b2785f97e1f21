using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>Four floats in one 128-bit host vector.</summary>
public readonly unsafe struct Lane128(Vector128<float> vector) : IHostLane<Lane128>
{
    /// <summary>The vector.</summary>
    public readonly Vector128<float> Vector = vector;

    /// <inheritdoc/>
    public static int Width => 4;

    /// <inheritdoc/>
    public static Lane128 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<float>.Zero);
    }

    /// <inheritdoc/>
    public static Lane128 One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<float>.One);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Constant(float value) => new(Vector128.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 operator +(Lane128 a, Lane128 b) => new(a.Vector + b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 operator -(Lane128 a, Lane128 b) => new(a.Vector - b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 operator *(Lane128 a, Lane128 b) => new(a.Vector * b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 operator /(Lane128 a, Lane128 b) => new(a.Vector / b.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 operator -(Lane128 a) => new(-a.Vector);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 MultiplyAdd(Lane128 a, Lane128 b, Lane128 c) =>
        new(Vector128.MultiplyAddEstimate(a.Vector, b.Vector, c.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Max(Lane128 a, Lane128 b) => new(Sse.IsSupported
        ? Sse.Max(a.Vector, b.Vector) // returns its second operand for equal ones and for NaN
        : Vector128.ConditionalSelect(Vector128.GreaterThan(a.Vector, b.Vector), a.Vector, b.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Min(Lane128 a, Lane128 b) => new(Sse.IsSupported
        ? Sse.Min(a.Vector, b.Vector) // returns its second operand for equal ones and for NaN
        : Vector128.ConditionalSelect(Vector128.LessThan(a.Vector, b.Vector), a.Vector, b.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Abs(Lane128 x) => new(Vector128.Abs(x.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Sqrt(Lane128 x) => new(Vector128.Sqrt(x.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 WhereGreater(Lane128 a, Lane128 b, Lane128 yes, Lane128 no) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(a.Vector, b.Vector), yes.Vector, no.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 WhereEqual(Lane128 a, Lane128 b, Lane128 yes, Lane128 no) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(a.Vector, b.Vector), yes.Vector, no.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Round(Lane128 x) => new(Vector128.Round(x.Vector));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 PowerOfTwo(Lane128 n) =>
        new(((Vector128.ConvertToInt32Native(n.Vector) + Vector128.Create(127)) << 23).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Exponent(Lane128 x) =>
        new(Vector128.ConvertToSingle((x.Vector.AsInt32() >>> 23) - Vector128.Create(127)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Exp(Lane128 x) => Accurate.Exp(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Expm1(Lane128 x) => Accurate.Expm1(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Log(Lane128 x) => Accurate.Log(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Log1p(Lane128 x) => Accurate.Log1p(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Tanh(Lane128 x) => Accurate.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Sigmoid(Lane128 x) => Accurate.Sigmoid(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Erf(Lane128 x) => Accurate.Erf(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Load(float* from) => new(Vector128.Load(from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Lane128 x) => x.Vector.Store(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(float* to, Lane128 x) => x.Vector.StoreAlignedNonTemporal(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 LoadPart(float* from, int count, float fill)
    {
        if (Avx.IsSupported)
        {
            var mask = First(count);
            return new(Vector128.ConditionalSelect(mask, Avx.MaskLoad(from, mask), Vector128.Create(fill)));
        }

        var part = Vector128.Create(fill);
        Unsafe.CopyBlockUnaligned(&part, from, (uint)count * sizeof(float));
        return new(part);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(float* to, Lane128 x, int count)
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
    public static Lane128 Even(Lane128 a, Lane128 b) => new(Sse.IsSupported
        ? Sse.Shuffle(a.Vector, b.Vector, 0x88)
        : Vector128.Create(a.Vector[0], a.Vector[2], b.Vector[0], b.Vector[2]));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Odd(Lane128 a, Lane128 b) => new(Sse.IsSupported
        ? Sse.Shuffle(a.Vector, b.Vector, 0xDD)
        : Vector128.Create(a.Vector[1], a.Vector[3], b.Vector[1], b.Vector[3]));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 ZipLow(Lane128 a, Lane128 b) => new(Sse.IsSupported
        ? Sse.UnpackLow(a.Vector, b.Vector)
        : Vector128.Create(a.Vector[0], b.Vector[0], a.Vector[1], b.Vector[1]));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 ZipHigh(Lane128 a, Lane128 b) => new(Sse.IsSupported
        ? Sse.UnpackHigh(a.Vector, b.Vector)
        : Vector128.Create(a.Vector[2], b.Vector[2], a.Vector[3], b.Vector[3]));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lane128 x) => x.Vector[0] + x.Vector[2] + (x.Vector[1] + x.Vector[3]);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Lane128 x) => MathF.Max(MathF.Max(x.Vector[0], x.Vector[2]), MathF.Max(x.Vector[1], x.Vector[3]));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(Lane128 x) => MathF.Min(MathF.Min(x.Vector[0], x.Vector[2]), MathF.Min(x.Vector[1], x.Vector[3]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> First(int count) =>
        Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();
}
