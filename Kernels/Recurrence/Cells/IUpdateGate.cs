namespace GpuNN.Cells;

/// <summary>What the update gate of a gated recurrent unit does when it is open.</summary>
public interface IUpdateGate
{
    /// <summary>Whether it keeps the old output; else it takes the new one.</summary>
    static abstract bool Keeps { get; }
}

/// <summary>z is the share of the old output.</summary>
public readonly struct KeepingGate : IUpdateGate
{
    /// <inheritdoc/>
    public static bool Keeps => true;
}

/// <summary>z is the share of the new output.</summary>
public readonly struct TakingGate : IUpdateGate
{
    /// <inheritdoc/>
    public static bool Keeps => false;
}
