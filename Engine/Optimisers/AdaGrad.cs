using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// AdaGrad: v = v + g^2, p = p - lr g / (sqrt(v) + eps). Source: Duchi, Hazan and Singer (2011).
/// </summary>
/// <param name="learningRate">The learning rate.</param>
public sealed class AdaGrad(float learningRate) : Optimiser(learningRate)
{
    /// <summary>What is added to the root.</summary>
    public float Epsilon { get; init; } = 1e-10f;

    internal override int States => AdaGradRule.States;

    private protected override float[] Scalars() => OptimiserScalars.Initial(LearningRate, epsilon: Epsilon, decay: WeightDecay, clipValue: ClipValue);

    internal override void Apply(Route route, View parameters, View gradients, View state1, View state2, View scalars, int length, int decayed) =>
        OptimiserKernels.Run<AdaGradRule>(route, parameters, gradients, state1, state2, scalars, length, decayed);
}
