namespace GpuNN.Kernels;

/// <summary>
/// How a matrix product C = A B finds its operands: the places of rows, columns and inner indices, so that one kernel serves
/// products and convolutions, whose patches never lie in memory. A struct of numbers.
/// </summary>
public interface ITiledProduct
{
    /// <summary>Makes the calling thread's copy ready for one of the products; called before anything else.</summary>
    TileItem Begin(int item);

    /// <summary>Place of a row of A.</summary>
    Place RowOfA(int row);

    /// <summary>Place of an inner index in A.</summary>
    Place InnerOfA(int k);

    /// <summary>Place of a column of B.</summary>
    Place ColumnOfB(int column);

    /// <summary>Place of an inner index in B.</summary>
    Place InnerOfB(int k);

    /// <summary>Floats from the item's result to a row of C.</summary>
    int RowOfC(int row);

    /// <summary>Floats from a row of C to a column; negative for a column that has no result.</summary>
    int ColumnOfC(int column);
}

/// <summary>One of the products of a launch.</summary>
/// <param name="a">Floats from the start of A to the item's.</param>
/// <param name="b">Floats from the start of B to the item's.</param>
/// <param name="c">Floats from the start of C to the item's.</param>
/// <param name="bias">Floats from the start of the bias to that of the item's first row.</param>
/// <param name="inner">Inner indices of the item.</param>
public readonly struct TileItem(long a, long b, long c, int bias, int inner)
{
    /// <summary>Floats from the start of A to the item's.</summary>
    public readonly long A = a;

    /// <summary>Floats from the start of B to the item's.</summary>
    public readonly long B = b;

    /// <summary>Floats from the start of C to the item's.</summary>
    public readonly long C = c;

    /// <summary>Floats from the start of the bias to that of the item's first row.</summary>
    public readonly int Bias = bias;

    /// <summary>Inner indices of the item.</summary>
    public readonly int Inner = inner;
}
