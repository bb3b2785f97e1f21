using System.Runtime.InteropServices;

namespace GpuNN.Kernels;

/// <summary>
/// Asks the system to back a block with pages of 2 MB where it has them (Linux). Kernels that walk through memory in strides touch a
/// page a line; with pages of 4 KB the processor's table of them is too small for that.
/// </summary>
internal static partial class HugePages
{
    private const nint Size = 2 << 20;
    private const int Advice = 14;

    /// <summary>Asks for the whole huge pages within a block that nothing has been written to yet. Nothing depends on the answer.</summary>
    public static void Ask(nint address, long bytes)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var first = (address + Size - 1) / Size * Size;
        var last = (nint)(address + bytes) / Size * Size;
        if (last <= first)
            return;
        try
        {
            _ = Advise(first, (nuint)(last - first), Advice);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // A C library that does not know the call: small pages it is.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint bytes, int advice);
}
