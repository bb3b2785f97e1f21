namespace GpuNN.Cells;

/// <summary>Whether the gates of a cell see what it holds.</summary>
public interface IPeepholes
{
    /// <summary>Whether they do.</summary>
    static abstract bool AreOpen { get; }
}

/// <summary>The gates see the cell.</summary>
public readonly struct OpenPeepholes : IPeepholes
{
    /// <inheritdoc/>
    public static bool AreOpen => true;
}

/// <summary>The gates see inputs and outputs alone.</summary>
public readonly struct ClosedPeepholes : IPeepholes
{
    /// <inheritdoc/>
    public static bool AreOpen => false;
}
