namespace GpuNN;

/// <summary>How a scan runs.</summary>
public sealed record ScanOptions
{
    /// <summary>Whether it runs from the last step to the first.</summary>
    public bool Reverse { get; init; }

    /// <summary>What it keeps for the backward pass.</summary>
    public ScanMemory Memory { get; init; }

    /// <summary>
    /// Over how many steps gradients go back: the sequence is cut into windows of so many steps, and no gradient crosses from one to the
    /// next; states do. Null lets them go all the way.
    /// Source: Williams and Peng (1990), "An efficient gradient-based algorithm for on-line training of recurrent network trajectories".
    /// </summary>
    public int? Window { get; init; }

    /// <summary>The number of steps; only needed where there is no sequence.</summary>
    public int? Steps { get; init; }
}
