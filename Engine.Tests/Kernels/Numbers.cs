namespace GpuNN.Tests;

/// <summary>Numbers that tests of kernels feed.</summary>
internal static class Numbers
{
    /// <summary>Uniform numbers in [low, high), the same for the same seed.</summary>
    public static float[] Uniform(int count, float low = -1f, float high = 1f, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => low + (high - low) * random.NextSingle())];
    }

    /// <summary>Integers in [0, bound), the same for the same seed.</summary>
    public static int[] Integers(int count, int bound, int seed = 2)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(bound))];
    }
}
