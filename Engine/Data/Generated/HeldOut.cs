namespace GpuNN;

/// <summary>
/// Which sequences are kept for testing: one in ten, chosen by what they are, so that no sequence is in both parts however many are drawn.
/// </summary>
internal static class HeldOut
{
    private const int OneIn = 10;

    public static bool Contains(ulong key, ReadOnlySpan<int> sequence)
    {
        foreach (var token in sequence)
            key = Streams.Key(key, (ulong)token);
        return Streams.Key(key, (ulong)sequence.Length) % OneIn == 0;
    }
}
