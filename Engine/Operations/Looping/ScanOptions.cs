namespace GpuNN;

/// <summary>How a scan runs.</summary>
public sealed record ScanOptions
{
    /// <summary>Whether it runs from the last step to the first.</summary>
    public bool Reverse { get; init; }

    /// <summary>What it keeps for the backward pass.</summary>
    public ScanMemory Memory { get; init; }

    /// <summary>The number of steps; only needed where there is no sequence.</summary>
    public int? Steps { get; init; }
}
