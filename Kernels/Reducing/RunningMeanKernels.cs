using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// A mean over many runs, kept on the device: sum += w x or x, weight += w, each as a pair of floats (value, rest) of about 48 bits,
/// so that a million batches lose nothing. Source: the two-sum of Knuth (1969).
/// </summary>
public static class RunningMeanKernels
{
    /// <summary>Floats of state: the pairs of the sum and of the weight.</summary>
    public const int States = 4;

    /// <summary>Adds one number.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">One number.</param>
    /// <param name="weight">Its weight as one number in device memory, or an empty view for <paramref name="fixedWeight"/>.</param>
    /// <param name="state">The <see cref="States"/> floats.</param>
    /// <param name="fixedWeight">Its weight, where it has none in device memory.</param>
    /// <param name="isMean">Whether x is a mean, to be multiplied by its weight, or a sum already.</param>
    public static void Add(Route route, View x, View weight, View state, float fixedWeight, bool isMean) =>
        route.Each(1, new RunningMeanBody
        {
            X = x.Floats,
            Weight = weight.Length > 0 ? weight.Floats : x.Floats,
            State = state.Floats,
            FixedWeight = fixedWeight,
            HasWeight = weight.Length > 0 ? 1 : 0,
            IsMean = isMean ? 1 : 0,
        });
}

/// <summary>One index: adds one number to a running mean.</summary>
public struct RunningMeanBody : IBody
{
    /// <summary>One number.</summary>
    public ArrayView<float> X;

    /// <summary>Its weight, read only where it has one.</summary>
    public ArrayView<float> Weight;

    /// <summary>Pairs of the sum and of the weight.</summary>
    public ArrayView<float> State;

    /// <summary>Its weight otherwise.</summary>
    public float FixedWeight;

    /// <summary>1 where the weight is in device memory.</summary>
    public int HasWeight;

    /// <summary>1 where x is a mean.</summary>
    public int IsMean;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var weight = HasWeight != 0 ? Weight[0] : FixedWeight;
        Add(State, 0, IsMean != 0 ? X[0] * weight : X[0]);
        Add(State, 2, weight);
    }

    private static void Add(ArrayView<float> state, int at, float x)
    {
        var value = state[at];
        var sum = value + x;
        var shown = sum - value;
        var rest = state[at + 1] + ((value - (sum - shown)) + (x - shown));
        state[at] = sum + rest;
        state[at + 1] = rest - (state[at] - sum);
    }
}
