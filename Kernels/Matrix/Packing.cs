using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>
/// Copies of operands into the order in which micro-kernels read them: for each inner index the numbers of one panel of
/// A's rows, or of one strip of B's columns, side by side. Stores are whole vectors that run past a line's end; the next
/// line overwrites that, and every panel's room ends with a spare vector.
/// </summary>
internal static unsafe class Packing
{
    /// <summary>Floats behind a packed panel or strip that its last stores may touch.</summary>
    public const int Slack = 16;

    /// <summary>Floats that a copy stores at once.</summary>
    public const int Step = 8;

    private const int Quad = 4;

    /// <summary>target[k, j] = source[k, j]: the operand already has the right order.</summary>
    /// <param name="source">First element; its lines are <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">Floats from one inner index to the next.</param>
    /// <param name="readable">Floats that may be read from the source on.</param>
    /// <param name="target">Packed lines, <paramref name="step"/> floats apart.</param>
    /// <param name="step">Floats from one packed line to the next.</param>
    /// <param name="width">Floats of a line that matter, at most the step.</param>
    /// <param name="inner">Number of lines.</param>
    [MethodImpl(Hot.Loop)]
    public static void Copy(float* source, nint stride, long readable, float* target, nint step, int width, int inner)
    {
        var k = 0;
        var whole = (width + Step - 1) / Step * Step;
        for (; k < inner && k * stride + whole <= readable; k++)
        {
            for (var j = 0; j < whole; j += Step)
                Vector256.Store(Vector256.Load(source + k * stride + j), target + k * step + j);
        }
        for (; k < inner; k++)
        {
            for (var j = 0; j < width; j++)
                target[k * step + j] = source[k * stride + j];
        }
    }

    /// <summary>target[k, j] = source[j, k]: the operand lies the other way round.</summary>
    /// <param name="source">First element; its lines are <paramref name="stride"/> floats apart.</param>
    /// <param name="stride">Floats from one row of A or column of B to the next.</param>
    /// <param name="target">Packed lines, <paramref name="step"/> floats apart.</param>
    /// <param name="step">Floats from one packed line to the next.</param>
    /// <param name="width">Source lines, at most the step; what else a packed line holds is a copy of the last.</param>
    /// <param name="inner">Number of packed lines.</param>
    /// <param name="lanes">Floats a vector: 16, 8 or 4.</param>
    public static void Transpose(float* source, nint stride, float* target, nint step, int width, int inner, int lanes)
    {
        // Stores past a line's end are only right where the next line's first store comes later: within one vector a
        // line, or where the lines are whole vectors.
        var hasShuffles = lanes switch { 16 => Avx512F.IsSupported, 8 => Avx.IsSupported, _ => Sse.IsSupported };
        if (!hasShuffles || (width > lanes && step % lanes != 0))
        {
            TransposeSingly(source, stride, target, step, width, inner);
            return;
        }
        var lines = stackalloc float*[16];
        for (var j = 0; j < width; j += lanes)
        {
            for (var i = 0; i < lanes; i++)
                lines[i] = source + Math.Min(j + i, width - 1) * stride;
            var whole = inner / Quad * Quad;
            if (lanes == 16)
                Quads512(lines, target + j, step, whole);
            else if (lanes == 8)
                Quads256(lines, target + j, step, whole);
            else
                Quads128(lines, target + j, step, whole);
            var count = Math.Min(lanes, width - j);
            for (var k = whole; k < inner; k++)
            {
                for (var i = 0; i < count; i++)
                    target[k * step + j + i] = lines[i][k];
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    private static void TransposeSingly(float* source, nint stride, float* target, nint step, int width, int inner)
    {
        for (var j = 0; j < width; j++)
        {
            for (var k = 0; k < inner; k++)
                target[k * step + j] = source[j * stride + k];
        }
    }

    // Each vector gathers 4 numbers of every fourth line; a 4 x 4 transpose within its 128-bit quarters then gives whole lines.
    [MethodImpl(Hot.Loop)]
    private static void Quads512(float** lines, float* target, nint step, int inner)
    {
        for (nint k = 0; k < inner; k += Quad, target += Quad * step)
        {
            var a = Gather512(lines, k);
            var b = Gather512(lines + 1, k);
            var c = Gather512(lines + 2, k);
            var d = Gather512(lines + 3, k);
            var ab = Avx512F.UnpackLow(a, b).AsDouble();
            var cd = Avx512F.UnpackLow(c, d).AsDouble();
            Avx512F.UnpackLow(ab, cd).AsSingle().Store(target);
            Avx512F.UnpackHigh(ab, cd).AsSingle().Store(target + step);
            ab = Avx512F.UnpackHigh(a, b).AsDouble();
            cd = Avx512F.UnpackHigh(c, d).AsDouble();
            Avx512F.UnpackLow(ab, cd).AsSingle().Store(target + 2 * step);
            Avx512F.UnpackHigh(ab, cd).AsSingle().Store(target + 3 * step);
        }
    }

    [MethodImpl(Hot.Loop)]
    private static void Quads256(float** lines, float* target, nint step, int inner)
    {
        for (nint k = 0; k < inner; k += Quad, target += Quad * step)
        {
            var a = Gather256(lines, k);
            var b = Gather256(lines + 1, k);
            var c = Gather256(lines + 2, k);
            var d = Gather256(lines + 3, k);
            var ab = Avx.UnpackLow(a, b).AsDouble();
            var cd = Avx.UnpackLow(c, d).AsDouble();
            Avx.UnpackLow(ab, cd).AsSingle().Store(target);
            Avx.UnpackHigh(ab, cd).AsSingle().Store(target + step);
            ab = Avx.UnpackHigh(a, b).AsDouble();
            cd = Avx.UnpackHigh(c, d).AsDouble();
            Avx.UnpackLow(ab, cd).AsSingle().Store(target + 2 * step);
            Avx.UnpackHigh(ab, cd).AsSingle().Store(target + 3 * step);
        }
    }

    [MethodImpl(Hot.Loop)]
    private static void Quads128(float** lines, float* target, nint step, int inner)
    {
        for (nint k = 0; k < inner; k += Quad, target += Quad * step)
        {
            var a = Vector128.Load(lines[0] + k);
            var b = Vector128.Load(lines[1] + k);
            var c = Vector128.Load(lines[2] + k);
            var d = Vector128.Load(lines[3] + k);
            var ab = Sse.UnpackLow(a, b);
            var cd = Sse.UnpackLow(c, d);
            Sse.MoveLowToHigh(ab, cd).Store(target);
            Sse.MoveHighToLow(cd, ab).Store(target + step);
            ab = Sse.UnpackHigh(a, b);
            cd = Sse.UnpackHigh(c, d);
            Sse.MoveLowToHigh(ab, cd).Store(target + 2 * step);
            Sse.MoveHighToLow(cd, ab).Store(target + 3 * step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gather512(float** lines, nint k) => Vector512.Create(Gather256(lines, k), Gather256(lines + 8, k));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Gather256(float** lines, nint k) => Vector256.Create(Vector128.Load(lines[0] + k), Vector128.Load(lines[4] + k));
}
