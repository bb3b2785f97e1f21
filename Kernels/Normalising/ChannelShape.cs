namespace GpuNN.Kernels;

/// <summary>
/// How batch normalisation sees its tensor: x (batch, channels, pixels), dense and row-major; a matrix of features has one
/// pixel. A channel's statistics go over its batch times pixels numbers. Sums are cut into chunks of the batch where the
/// channels alone are too few to share out; the cuts depend on the shape alone.
/// </summary>
/// <param name="Batch">Items.</param>
/// <param name="Channels">Channels, or features.</param>
/// <param name="Pixels">Numbers a channel has in an item.</param>
public readonly record struct ChannelShape(int Batch, int Channels, int Pixels)
{
    /// <summary>Columns that a host thread takes at once where there is one pixel.</summary>
    internal const int Columns = 64;

    /// <summary>Pieces of work that keep the threads of most machines busy.</summary>
    private const int Pieces = 16;

    /// <summary>Numbers of a channel below which a chunk is not worth its partial sums.</summary>
    private const int LeastChunk = 4096;

    /// <summary>Numbers a channel has.</summary>
    public long Count => (long)Batch * Pixels;

    /// <summary>Elements of x.</summary>
    public long Elements => Count * Channels;

    /// <summary>Pieces that the channels make by themselves.</summary>
    internal int Blocks => Pixels > 1 ? Channels : (Channels + Columns - 1) / Columns;

    /// <summary>Chunks of the batch in the host's sums.</summary>
    internal int Chunks
    {
        get
        {
            var wanted = Math.Min((Pieces + Blocks - 1) / Math.Max(1, Blocks), Count / LeastChunk);
            return (int)Math.Clamp(wanted, 1, Math.Max(1, Batch));
        }
    }

    /// <summary>First item of a chunk.</summary>
    internal int Start(int chunk, int chunks) => (int)((long)Batch * chunk / chunks);
}
