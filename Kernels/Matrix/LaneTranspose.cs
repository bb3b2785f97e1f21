using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>target[c, line] = source[line, c], square by square of a lane's width; writes nothing beside the target's own elements.</summary>
internal static unsafe class LaneTranspose
{
    /// <summary>Transposes.</summary>
    /// <param name="source">First element; its lines are whole lanes long.</param>
    /// <param name="stride">Floats from one line of the source to the next.</param>
    /// <param name="target">First element of the result.</param>
    /// <param name="step">Floats from one line of the result to the next.</param>
    /// <param name="lines">Lines of the source.</param>
    /// <param name="columns">Elements of a source line that count.</param>
    [SkipLocalsInit, MethodImpl(Hot.Loop)]
    public static void Run<T>(float* source, nint stride, float* target, nint step, int lines, int columns) where T : struct, IHostLane<T>
    {
        var square = stackalloc float[16 * 16];
        var other = stackalloc float[16 * 16];
        var half = T.Width / 2;
        for (nint line = 0; line < lines; line += T.Width)
        {
            var height = (int)Math.Min(T.Width, lines - line);
            for (nint c = 0; c < columns; c += T.Width)
            {
                for (var i = 0; i < T.Width; i++)
                    T.Store(square + i * T.Width, T.Load(source + (line + Math.Min(i, height - 1)) * stride + c));
                // Each round turns the bits of (line, column) by one place; after as many as a column has, they have changed places.
                for (var round = 1; round < T.Width; round *= 2)
                {
                    for (var i = 0; i < half; i++)
                    {
                        var (a, b) = (T.Load(square + i * T.Width), T.Load(square + (i + half) * T.Width));
                        T.Store(other + 2 * i * T.Width, T.ZipLow(a, b));
                        T.Store(other + (2 * i + 1) * T.Width, T.ZipHigh(a, b));
                    }
                    var swap = square;
                    square = other;
                    other = swap;
                }
                var width = (int)Math.Min(T.Width, columns - c);
                for (var i = 0; i < width; i++)
                {
                    var to = target + (c + i) * step + line;
                    if (height == T.Width)
                        T.Store(to, T.Load(square + i * T.Width));
                    else
                        T.StorePart(to, T.Load(square + i * T.Width), height);
                }
            }
        }
    }
}
