using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// The axes of a strided copy, innermost first: those of size 1 dropped, the ones that y runs through fastest innermost, and
/// neighbours that both sides run through as one merged. Missing axes have size 1.
/// </summary>
internal struct CopyAxes
{
    private Eight axes;

    public CopyAxes(ReadOnlySpan<int> shape, ReadOnlySpan<long> from, ReadOnlySpan<long> to)
    {
        Count = 1;
        Rank = 0;
        for (var k = 0; k < StridedCopyKernels.MostAxes; k++)
            axes[k] = new CopyAxis(1, 0, 0);
        for (var k = shape.Length - 1; k >= 0; k--)
        {
            Count *= shape[k];
            if (shape[k] == 1)
                continue;
            Insert(new CopyAxis(shape[k], from[k], to[k]));
        }
        Merge();
        Rank = Math.Max(Rank, 1);
    }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Number of axes, at least 1.</summary>
    public int Rank { get; private set; }

    public readonly CopyAxis this[int k] => axes[k];

    /// <summary>Makes an axis the second one; the others keep their order.</summary>
    public void MoveToSecond(int k)
    {
        var axis = axes[k];
        for (; k > 1; k--)
            axes[k] = axes[k - 1];
        axes[1] = axis;
    }

    // Insertion keeps the axes ordered by their stride in y; equal ones stay in the order of the shape.
    private void Insert(CopyAxis axis)
    {
        var k = Rank++;
        for (; k > 0 && Math.Abs(axes[k - 1].To) > Math.Abs(axis.To); k--)
            axes[k] = axes[k - 1];
        axes[k] = axis;
    }

    private void Merge()
    {
        var rank = 0;
        for (var k = 0; k < Rank; k++)
        {
            if (rank > 0 && axes[k].From == axes[rank - 1].From * axes[rank - 1].Size && axes[k].To == axes[rank - 1].To * axes[rank - 1].Size)
                axes[rank - 1] = new CopyAxis(axes[rank - 1].Size * axes[k].Size, axes[rank - 1].From, axes[rank - 1].To);
            else
                axes[rank++] = axes[k];
        }
        for (var k = rank; k < Rank; k++)
            axes[k] = new CopyAxis(1, 0, 0);
        Rank = rank;
    }

    [InlineArray(StridedCopyKernels.MostAxes)]
    private struct Eight
    {
        private CopyAxis first;
    }
}
