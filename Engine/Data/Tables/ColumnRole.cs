namespace GpuNN;

/// <summary>What a column of a table is good for.</summary>
public enum ColumnRole
{
    /// <summary>A quantity.</summary>
    Number,

    /// <summary>One of a few levels.</summary>
    Category,

    /// <summary>Fewer than two different values, gaps aside: it tells nothing.</summary>
    Constant,

    /// <summary>A number that names the row, so that there is nothing to learn from it.</summary>
    Identifier,

    /// <summary>Text that hardly ever comes twice, such as names.</summary>
    Text,
}
