namespace GpuNN.Kernels;

/// <summary>One line of the list of devices.</summary>
/// <param name="Name">What a command line calls it, as <c>cuda:0</c>; the kind alone, as <c>cuda</c>, where the kind as a whole is missing.</param>
/// <param name="Description">What the device is, for people.</param>
/// <param name="Refused">Why it cannot be used; null for a device that can.</param>
public sealed record DeviceListing(string Name, string Description, string? Refused = null)
{
    /// <inheritdoc/>
    public override string ToString() => Refused is null ? $"{Name}: {Description}" : $"{Name}: {Description}, refused: {Refused}";
}
