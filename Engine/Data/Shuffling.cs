using GpuNN.Kernels;

namespace GpuNN;

/// <summary>Random orders. Source: Fisher and Yates (1938), in Durstenfeld's form.</summary>
internal static class Shuffling
{
    /// <summary>Fills the span with a permutation of 0 .. length - 1.</summary>
    public static void Permutation(Span<int> order, Philox random)
    {
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        for (var i = order.Length - 1; i > 0; i--)
        {
            var other = random.NextInt(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }
}
