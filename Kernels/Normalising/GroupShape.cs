namespace GpuNN.Kernels;

/// <summary>
/// How group normalisation sees its tensor: x (batch, channels, pixels), dense and row-major, whose channels form groups of
/// neighbours. A group of an item is a row: it is contiguous and has its own statistics. Layer normalisation is one group
/// whose channels are the numbers of a row, with one pixel each.
/// </summary>
/// <param name="Batch">Items.</param>
/// <param name="Groups">Groups of an item.</param>
/// <param name="Channels">Channels of all groups: numbers that have a gain and a bias.</param>
/// <param name="Pixels">Numbers that share a gain and a bias.</param>
public readonly record struct GroupShape(int Batch, int Groups, int Channels, int Pixels)
{
    /// <summary>Items whose sums are worth an array of their own.</summary>
    private const int Share = 8;

    private const int FewestParts = 4;
    private const int MostParts = 128;

    /// <summary>Channels of a group.</summary>
    public int GroupChannels => Channels / Groups;

    /// <summary>Numbers of a row.</summary>
    public int Length => GroupChannels * Pixels;

    /// <summary>Rows of all items.</summary>
    public int Rows => Batch * Groups;

    /// <summary>Elements of x.</summary>
    public long Elements => (long)Rows * Length;

    /// <summary>Parts of the batch in the host's sums over items; they depend on the batch alone.</summary>
    internal int Parts => Math.Clamp(Batch / Share, Math.Min(Batch, FewestParts), MostParts);

    /// <summary>First item of a part.</summary>
    internal int Start(int part) => (int)((long)Batch * part / Parts);
}
