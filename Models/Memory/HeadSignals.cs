namespace GpuNN;

/// <summary>
/// What a controller tells the heads of a memory, from one vector z: key = tanh(z), strength = softplus(z), gate = sigmoid(z), shares of the
/// shifts = softmax(z), gamma = 1 + softplus(z); and those that write, erase = sigmoid(z), add = tanh(z).
/// Shapes: key (batch, heads, width), strength, gate and gamma (batch, heads, 1), shares (batch, heads, 2 reach + 1), erase and add
/// (batch, writers, width).
/// Source: Graves, Wayne and Danihelka (2014), "Neural Turing machines"; the bounds on key and add of Collier and Beel (2018),
/// "Implementing neural Turing machines".
/// </summary>
/// <param name="Key">What each head looks for.</param>
/// <param name="Strength">How strongly.</param>
/// <param name="Gate">The share of the content against the last place.</param>
/// <param name="Shares">How much goes which way from there.</param>
/// <param name="Gamma">How sharp the place is.</param>
/// <param name="Erase">What is wiped out.</param>
/// <param name="Add">What is put there.</param>
public sealed record HeadSignals(Tensor Key, Tensor Strength, Tensor Gate, Tensor Shares, Tensor Gamma, Tensor Erase, Tensor Add)
{
    private const float FirstGate = -3;
    private const float FirstShare = 2;
    private const float FirstGamma = 2;

    /// <summary>How long z is.</summary>
    public static int Count(int readers, int writers, int width, int reach) => (readers + writers) * (width + 2 * reach + 4) + 2 * writers * width;

    /// <summary>
    /// The z to start learning from: heads that go on to the next slot, whatever is there, and stay sharp. From a z of 0 each step would spread a
    /// head over the whole memory, and few machines learn to use it.
    /// </summary>
    public static float[] First(int readers, int writers, int width, int reach)
    {
        var heads = readers + writers;
        float[] shares = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(shift => shift == 1 ? FirstShare : 0)];
        return [
            .. new float[heads * (width + 1)], .. Enumerable.Repeat(FirstGate, heads), .. Enumerable.Repeat(shares, heads).SelectMany(each => each),
            .. Enumerable.Repeat(FirstGamma, heads), .. new float[2 * writers * width]];
    }

    /// <summary>Takes z (batch, count) apart.</summary>
    public static HeadSignals Of(Tensor z, int readers, int writers, int width, int reach)
    {
        var (heads, at) = (readers + writers, 0);
        Tensor Next(int count, int each)
        {
            at += count * each;
            return z.Slice(1, at - count * each, count * each).Reshape([z.Shape[0], count, each]);
        }
        return new(
            Next(heads, width).Tanh(), Next(heads, 1).Softplus(), Next(heads, 1).Sigmoid(), Next(heads, 2 * reach + 1).Softmax(), 1 + Next(heads, 1).Softplus(),
            Next(writers, width).Sigmoid(), Next(writers, width).Tanh());
    }

    /// <summary>Where the heads go: by content, from the last place, to a neighbour, and sharper.</summary>
    /// <param name="memory">The slots.</param>
    /// <param name="last">Where they were.</param>
    public Tensor Address(Tensor memory, Tensor last) =>
        Sharpening.Of(CircularShift.Of(Interpolation.Between(ContentAddressing.Weights(Key, Strength, memory), last, Gate), Shares), Gamma);
}
