using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// RMSProp: v = r v + (1 - r) g^2, p = p - lr g / (sqrt(v) + eps). Source: Tieleman and Hinton (2012).
/// </summary>
/// <param name="learningRate">The learning rate.</param>
public sealed class RmsProp(float learningRate) : Optimiser(learningRate)
{
    /// <summary>The decay r of the mean square.</summary>
    public float Decay { get; init; } = 0.99f;

    /// <summary>What is added to the root.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    internal override int States => RmsPropRule.States;

    private protected override float[] Scalars() => OptimiserScalars.Initial(LearningRate, beta2: Decay, epsilon: Epsilon, decay: WeightDecay, clipValue: ClipValue);

    internal override void Apply(Route route, View parameters, View gradients, View state1, View state2, View scalars, int length, int decayed) =>
        OptimiserKernels.Run<RmsPropRule>(route, parameters, gradients, state1, state2, scalars, length, decayed);
}
