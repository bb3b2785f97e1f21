using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>One axis of a strided copy.</summary>
/// <param name="size">Number of indices.</param>
/// <param name="from">Elements of x from one index to the next.</param>
/// <param name="to">Elements of y from one index to the next.</param>
public readonly struct CopyAxis(int size, long from, long to)
{
    /// <summary>Number of indices.</summary>
    public readonly int Size = size;

    /// <summary>Elements of x from one index to the next.</summary>
    public readonly long From = from;

    /// <summary>Elements of y from one index to the next.</summary>
    public readonly long To = to;

    /// <summary>Splits this axis' index off a flat one and moves both places by it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(ref int rest, ref long from, ref long to)
    {
        var outer = rest / Size;
        var index = rest - outer * Size;
        from += index * From;
        to += index * To;
        rest = outer;
    }
}
