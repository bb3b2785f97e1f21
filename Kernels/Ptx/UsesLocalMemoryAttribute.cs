namespace GpuNN.Kernels;

/// <summary>
/// Lets a kernel's PTX use local memory, which is device memory in disguise and slow. Without it a test refuses the kernel.
/// </summary>
/// <param name="reason">Why the kernel cannot do without, and why it may be slow.</param>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class UsesLocalMemoryAttribute(string reason) : Attribute
{
    /// <summary>Why the kernel cannot do without, and why it may be slow.</summary>
    public string Reason { get; } = reason;
}
