namespace GpuNN.Peers;

/// <summary>A named piece of work of fixed size, the same for every peer (see ../README.md); its shape is for people.</summary>
sealed record Workload(string Name, string Group, string Shape, Func<Work> Build)
{
    /// <summary>Whether a name on the command line means this workload: its own, its group's, or all.</summary>
    public bool Fits(string name) => name == "all" || name == Name || name == Group;
}
