using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Adam: m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, p = p - lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps).
/// Source: Kingma and Ba (2015).
/// </summary>
/// <param name="learningRate">The learning rate.</param>
public sealed class Adam(float learningRate) : Optimiser(learningRate)
{
    /// <summary>Decay of the mean of gradients.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the mean of squared gradients.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>What is added to the root, outside it.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    internal override int States => AdamRule.States;

    private protected override float[] Scalars() => OptimiserScalars.Initial(LearningRate, beta1: Beta1, beta2: Beta2, epsilon: Epsilon, decay: WeightDecay, clipValue: ClipValue);

    internal override void Apply(Route route, View parameters, View gradients, View state1, View state2, View scalars, int length, int decayed) =>
        OptimiserKernels.Run<AdamRule>(route, parameters, gradients, state1, state2, scalars, length, decayed);
}
