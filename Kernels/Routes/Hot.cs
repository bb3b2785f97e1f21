using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>How hot loops of the host are compiled.</summary>
internal static class Hot
{
    /// <summary>
    /// Optimised at the first call, and never as a part of the caller: what is inlined into a loop over lanes are many small
    /// calls, and a caller that is compiled again with the loop inside exceeds what the JIT inlines. The loop then calls each of
    /// them: Adam took 13 ms where it takes 2, in some processes and not in others.
    /// </summary>
    public const MethodImplOptions Loop = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}
