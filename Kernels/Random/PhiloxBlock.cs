using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Four random words: Philox4x32 with 10 rounds, a keyed bijection of a 128-bit counter. Equal counters and keys give equal
/// words on every device.
/// Source: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3".
/// </summary>
public readonly struct PhiloxBlock
{
    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    private PhiloxBlock(uint a, uint b, uint c, uint d) => (A, B, C, D) = (a, b, c, d);

    /// <summary>First word.</summary>
    public readonly uint A;

    /// <summary>Second word.</summary>
    public readonly uint B;

    /// <summary>Third word.</summary>
    public readonly uint C;

    /// <summary>Fourth word.</summary>
    public readonly uint D;

    /// <summary>The words of a counter (a, b, c, d) under a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxBlock Of(uint a, uint b, uint c, uint d, uint keyLow, uint keyHigh)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var p = (ulong)Multiplier0 * a;
            var q = (ulong)Multiplier1 * c;
            a = (uint)(q >> 32) ^ b ^ keyLow;
            b = (uint)q;
            c = (uint)(p >> 32) ^ d ^ keyHigh;
            d = (uint)p;
            keyLow += Weyl0;
            keyHigh += Weyl1;
        }
        return new PhiloxBlock(a, b, c, d);
    }

    /// <summary>A word as a uniform number in [0, 1): its upper 24 bits, so every value is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Uniform(uint word) => (int)(word >> 8) * (1f / (1 << 24));
}
