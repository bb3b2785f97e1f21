using System.Text;

namespace GpuNN;

/// <summary>Keys of random streams: equal for equal seed and name, on every machine, unrelated otherwise.</summary>
public static class Streams
{
    /// <summary>
    /// The key of the stream of this name under this seed.
    /// Source: FNV-1a over the name (Fowler, Noll, Vo 1991), mixed by SplitMix64's finaliser (Steele et al. 2014).
    /// </summary>
    public static ulong Key(ulong seed, string name)
    {
        var hash = 0xCBF29CE484222325ul;
        foreach (var part in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ part) * 0x100000001B3ul;
        return Mix(hash ^ Mix(seed + 0x9E3779B97F4A7C15ul));
    }

    /// <summary>The key of a numbered stream under a key: an epoch, a sample.</summary>
    public static ulong Key(ulong key, ulong number) => Mix(key ^ Mix(number + 0x9E3779B97F4A7C15ul));

    /// <summary>A number of a stream, uniform in [0, 1), a multiple of 2^-53: one draw by its place, without a generator.</summary>
    public static double Uniform(ulong key, ulong number) => (Key(key, number) >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ul;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBul;
        return z ^ (z >> 31);
    }
}
