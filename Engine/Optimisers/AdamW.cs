using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Adam with decoupled weight decay: p = p - lr d p, then Adam's step with the gradient alone.
/// Source: Loshchilov and Hutter (2019).
/// </summary>
/// <param name="learningRate">The learning rate.</param>
public sealed class AdamW(float learningRate) : Optimiser(learningRate)
{
    /// <summary>Decay of the mean of gradients.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the mean of squared gradients.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>What is added to the root, outside it.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    internal override int States => AdamWRule.States;

    private protected override float[] Scalars() => OptimiserScalars.Initial(LearningRate, beta1: Beta1, beta2: Beta2, epsilon: Epsilon, decay: WeightDecay, clipValue: ClipValue);

    internal override void Apply(Route route, View parameters, View gradients, View state1, View state2, View scalars, int length, int decayed) =>
        OptimiserKernels.Run<AdamWRule>(route, parameters, gradients, state1, state2, scalars, length, decayed);
}
