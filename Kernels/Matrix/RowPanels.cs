namespace GpuNN.Kernels;

/// <summary>
/// Rows of a product cut into panels, one micro-kernel high each. The rows are spread evenly, because a last panel of one or two
/// rows would leave the multipliers waiting: the first panels have one row more than the others.
/// </summary>
internal readonly struct RowPanels
{
    private readonly int least;
    private readonly int larger;

    /// <summary>Panels of so many rows.</summary>
    /// <param name="rows">All rows, 0 or more.</param>
    /// <param name="most">Rows of a panel at most.</param>
    public RowPanels(int rows, int most)
    {
        Count = (rows + most - 1) / most;
        (least, larger) = Count == 0 ? (0, 0) : Math.DivRem(rows, Count);
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Rows of the largest one.</summary>
    public int Largest => larger > 0 ? least + 1 : least;

    /// <summary>Rows of the smallest one.</summary>
    public int Smallest => least;

    /// <summary>First row of a panel; of the one behind the last, the number of rows.</summary>
    public int First(int panel) => panel * least + Math.Min(panel, larger);

    /// <summary>Rows of a panel.</summary>
    public int Rows(int panel) => panel < larger ? least + 1 : least;
}
