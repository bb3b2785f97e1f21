using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Gradient descent with momentum: b = m b + g, p = p - lr b. Source: Polyak (1964).
/// </summary>
/// <param name="learningRate">The learning rate.</param>
public sealed class Momentum(float learningRate) : Optimiser(learningRate)
{
    /// <summary>The momentum m.</summary>
    public float Decay { get; init; } = 0.9f;

    internal override int States => MomentumRule.States;

    private protected override float[] Scalars() => OptimiserScalars.Initial(LearningRate, momentum: Decay, decay: WeightDecay, clipValue: ClipValue);

    internal override void Apply(Route route, View parameters, View gradients, View state1, View state2, View scalars, int length, int decayed) =>
        OptimiserKernels.Run<MomentumRule>(route, parameters, gradients, state1, state2, scalars, length, decayed);
}
