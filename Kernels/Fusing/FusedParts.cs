using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>Runs the parts of a long program one after the other over blocks of elements that stay in the first cache.</summary>
public static unsafe class FusedParts
{
    // 16 KB of scratch: half of a first cache, the operands have the other half.
    private const int ScratchFloats = 4096;
    private const int LeastBlock = 64;
    private const int MostBlock = 1024;

    /// <summary>Called by the emitted method of a program in parts, with the same arguments.</summary>
    /// <param name="at">Addresses of leaves, outputs and constants.</param>
    /// <param name="n">Elements of a row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="strides">Bytes from a row to the next, of every leaf and output.</param>
    /// <param name="parts">The parts' methods; they find the scratch rows' addresses behind the constants'.</param>
    /// <param name="count">Number of parts.</param>
    /// <param name="operands">Leaves and outputs together.</param>
    /// <param name="vectors">One bit for each operand: whether it advances with the elements.</param>
    /// <param name="scratchRows">Number of scratch rows.</param>
    [SkipLocalsInit]
    public static void Run(float** at, int n, int rows, nint* strides, nint* parts, int count, int operands, int vectors, int scratchRows)
    {
        var block = Math.Clamp(ScratchFloats / Math.Max(1, scratchRows) & -16, LeastBlock, MostBlock);
        var own = stackalloc float*[operands + 1 + scratchRows];
        var scratch = stackalloc float[scratchRows * block + 16];
        scratch = (float*)(((nint)scratch + 63) & -64);
        own[operands] = at[operands];
        for (var k = 0; k < scratchRows; k++)
            own[operands + 1 + k] = scratch + k * block;
        for (var row = 0; row < rows; row++)
        {
            for (var k = 0; k < operands; k++)
                own[k] = (float*)((byte*)at[k] + row * strides[k]);
            for (var done = 0; done < n; done += block)
            {
                var some = Math.Min(block, n - done);
                for (var part = 0; part < count; part++)
                    ((delegate*<float**, int, int, nint*, void>)parts[part])(own, some, 1, strides);
                for (var k = 0; k < operands; k++)
                    if ((vectors >> k & 1) != 0)
                        own[k] += some;
            }
        }
    }
}
