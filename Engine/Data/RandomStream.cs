using System.Runtime.CompilerServices;

namespace GpuNN;

/// <summary>What a stream of random numbers is for: two purposes never share a number, whatever their seeds.</summary>
public enum RandomPurpose
{
    /// <summary>The order of an epoch.</summary>
    Order = 1,

    /// <summary>The augmentation of a sample.</summary>
    Augmentation,

    /// <summary>The split of a data set.</summary>
    Split,

    /// <summary>Samples that a program makes.</summary>
    Generation,
}

/// <summary>
/// Random numbers on the host, keyed by (seed, purpose, item): number n of a stream is a function of the key and n alone,
/// so nothing depends on which thread asks, or in which order. A struct: a copy repeats what the original gives.
/// Source: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", Philox4x32-10 with
/// key = seed and counter = (block, purpose, item).
/// </summary>
public struct RandomStream
{
    private readonly uint key0, key1, purpose, item0, item1;
    private uint block;
    private uint word0, word1, word2, word3;
    private int left;
    private double spareNormal;
    private bool hasSpare;

    /// <summary>The stream of (seed, purpose, item), at its first number.</summary>
    public RandomStream(ulong seed, RandomPurpose purpose, ulong item = 0)
    {
        key0 = (uint)seed;
        key1 = (uint)(seed >> 32);
        this.purpose = (uint)purpose;
        item0 = (uint)item;
        item1 = (uint)(item >> 32);
    }

    /// <summary>The next 32 random bits.</summary>
    public uint Bits()
    {
        if (left == 0)
            Refill();
        left--;
        return left switch { 3 => word0, 2 => word1, 1 => word2, _ => word3 };
    }

    /// <summary>The next 64 random bits: two words, the first one the higher.</summary>
    public ulong LongBits() => (ulong)Bits() << 32 | Bits();

    /// <summary>A number of [0, 1) with 53 random bits.</summary>
    public double Uniform() => (LongBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number of [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * Uniform();

    /// <summary>A number of the standard normal distribution. Source: Box and Muller (1958), both numbers of a pair used.</summary>
    public double Normal()
    {
        if (hasSpare)
        {
            hasSpare = false;
            return spareNormal;
        }
        // 1 - u is never 0, so the logarithm is finite; 32 bits a uniform keep a pair at one half of a Philox block.
        var radius = Math.Sqrt(-2 * Math.Log(1 - Bits() * (1.0 / 4294967296.0)));
        var (sin, cos) = Math.SinCos(2 * Math.PI * (Bits() * (1.0 / 4294967296.0)));
        spareNormal = radius * sin;
        hasSpare = true;
        return radius * cos;
    }

    /// <summary>A whole number of 0 .. count - 1, each with the same probability. Source: Lemire (2019), with rejection.</summary>
    public int Below(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var product = (ulong)Bits() * (uint)count;
        if ((uint)product < (uint)count)
        {
            var threshold = (0u - (uint)count) % (uint)count;
            while ((uint)product < threshold)
                product = (ulong)Bits() * (uint)count;
        }
        return (int)(product >> 32);
    }

    /// <summary>Fills <paramref name="order"/> with a permutation of 0 .. length - 1. Source: Fisher and Yates (1938), Durstenfeld's form.</summary>
    public void Permutation(Span<int> order)
    {
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Shuffle(order);
    }

    /// <summary>Puts the items into a random order.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = Below(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Refill()
    {
        uint x0 = block++, x1 = purpose, x2 = item0, x3 = item1, k0 = key0, k1 = key1;
        for (var round = 0; round < 10; round++)
        {
            var a = (ulong)x0 * 0xD2511F53;
            var b = (ulong)x2 * 0xCD9E8D57;
            (x0, x1, x2, x3) = ((uint)(b >> 32) ^ x1 ^ k0, (uint)b, (uint)(a >> 32) ^ x3 ^ k1, (uint)a);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        (word0, word1, word2, word3, left) = (x0, x1, x2, x3, 4);
    }
}
