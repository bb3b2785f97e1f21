namespace GpuNN.Kernels;

/// <summary>
/// A stream of random numbers on the host, for initial weights, data and shuffles: the Philox blocks of counters 0, 1, 2, ...
/// in order. Equal keys and streams give equal numbers on every machine.
/// </summary>
/// <param name="key">Decides the numbers, with the stream.</param>
/// <param name="stream">Tells apart streams under one key.</param>
public struct Philox(ulong key, ulong stream = 0)
{
    private ulong counter;
    private PhiloxBlock block;
    private int taken;
    private float spare;
    private bool hasSpare;

    /// <summary>32 random bits.</summary>
    public uint NextUInt()
    {
        if (taken == 0)
        {
            block = PhiloxBlock.Of((uint)counter, (uint)(counter >> 32), (uint)stream, (uint)(stream >> 32), (uint)key, (uint)(key >> 32));
            counter++;
        }
        var word = taken switch { 0 => block.A, 1 => block.B, 2 => block.C, _ => block.D };
        taken = (taken + 1) % 4;
        return word;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-24.</summary>
    public float NextFloat() => PhiloxBlock.Uniform(NextUInt());

    /// <summary>Standard normal.</summary>
    public float NextNormal()
    {
        if (hasSpare)
        {
            hasSpare = false;
            return spare;
        }
        var u = new ScalarLane(NextFloat());
        var v = new ScalarLane(NextFloat());
        var four = new NormalForm().Map(new Four<ScalarLane>(u, v, u, v));
        (spare, hasSpare) = (four.B.Value, true);
        return four.A.Value;
    }

    /// <summary>Uniform among 0 to bound - 1, without bias.</summary>
    /// <param name="bound">At least 1.</param>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        // Lemire (2019): the upper half of a product is uniform once the lower half's short end is refused.
        var refused = (uint)(-bound) % (uint)bound;
        ulong product;
        do
            product = (ulong)NextUInt() * (uint)bound;
        while ((uint)product < refused);
        return (int)(product >> 32);
    }
}
