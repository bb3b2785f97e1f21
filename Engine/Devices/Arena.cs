using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// The memory in which all functions of a device keep what they compute on the way. It is as large as the largest of
/// them; when it grows, functions bind again.
/// </summary>
public sealed class Arena : IDisposable
{
    private readonly Route route;
    private Block? block;

    internal Arena(Route route) => this.route = route;

    /// <summary>Elements.</summary>
    public long Elements => block?.View.Length ?? 0;

    /// <summary>Counts how often it grew.</summary>
    internal int Version { get; private set; }

    internal View View => block?.View ?? default;

    internal void Grow(long elements)
    {
        if (elements <= Elements)
            return;
        route.Synchronise();
        block?.Dispose();
        block = null;
        // Counted before: where there is no room, whatever was bound to the old memory must not run on it.
        Version++;
        block = route.Allocate(elements);
    }

    /// <summary>Fills it with NaN, so that a number that nobody wrote shows.</summary>
    internal void Poison()
    {
        if (block is not null)
            route.Fill(block.View, float.NaN);
    }

    /// <inheritdoc/>
    public void Dispose() => block?.Dispose();
}
