using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Runs the parts of a long program one after the other over blocks of elements that stay in the first cache.</summary>
public static unsafe class FusedParts
{
    // 16 KB of scratch: half of a first cache, the operands have the other half.
    private const int ScratchFloats = 4096;
    private const int LeastBlock = 64;
    private const int MostBlock = 1024;

    /// <summary>Called by the emitted method of a program in parts, with the same addresses and count.</summary>
    /// <param name="at">Addresses of leaves, outputs and constants.</param>
    /// <param name="n">Number of elements, a multiple of the lane width.</param>
    /// <param name="parts">The parts' methods; they find the scratch rows' addresses behind the constants'.</param>
    /// <param name="count">Number of parts.</param>
    /// <param name="operands">Leaves and outputs together.</param>
    /// <param name="vectors">One bit for each operand: whether it advances with the elements.</param>
    /// <param name="rows">Number of scratch rows.</param>
    [SkipLocalsInit]
    public static void Run(float** at, int n, nint* parts, int count, int operands, int vectors, int rows)
    {
        var block = Math.Clamp(ScratchFloats / Math.Max(1, rows) & -16, LeastBlock, MostBlock);
        var own = stackalloc float*[operands + 1 + rows];
        var scratch = stackalloc float[rows * block + 16];
        scratch = (float*)(((nint)scratch + 63) & -64);
        for (var k = 0; k <= operands; k++)
            own[k] = at[k];
        for (var row = 0; row < rows; row++)
            own[operands + 1 + row] = scratch + row * block;
        for (var done = 0; done < n; done += block)
        {
            var some = Math.Min(block, n - done);
            for (var part = 0; part < count; part++)
                ((delegate*<float**, int, void>)parts[part])(own, some);
            for (var k = 0; k < operands; k++)
                if ((vectors >> k & 1) != 0)
                    own[k] += some;
        }
    }
}
