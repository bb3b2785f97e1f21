using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>Stores past the caches, for results that would not be found there again: no line is read before it is written.</summary>
internal static unsafe class PastCaches
{
    /// <summary>Bytes that a launch moves from which it pays: the results then push out of the last cache what is still needed.</summary>
    private const long From = 24L << 20;

    /// <summary>Whether to store so: much is moved, and runs begin on whole lines.</summary>
    /// <param name="elements">Elements of each operand.</param>
    /// <param name="operands">Operands of that size, the result included.</param>
    /// <param name="run">Elements of a run.</param>
    /// <param name="to">The result.</param>
    public static bool Pay(long elements, int operands, int run, float* to) =>
        elements * operands * sizeof(float) >= From && run % 16 == 0 && ((nint)to & 63) == 0;

    /// <summary>Stores a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(float* to, T x, bool past) where T : struct, IHostLane<T>
    {
        if (past)
            T.StoreStreaming(to, x);
        else
            T.Store(to, x);
    }

    /// <summary>Lets other threads see what was stored; ends a range of work.</summary>
    public static void End(bool past)
    {
        if (past && Sse.IsSupported)
            Sse.StoreFence();
    }
}
