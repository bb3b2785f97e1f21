using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Stochastic gradient descent: p = p - lr g. Source: Robbins and Monro (1951).
/// </summary>
/// <param name="learningRate">The learning rate.</param>
public sealed class Sgd(float learningRate) : Optimiser(learningRate)
{
    internal override int States => SgdRule.States;

    private protected override float[] Scalars() => OptimiserScalars.Initial(LearningRate, decay: WeightDecay, clipValue: ClipValue);

    internal override void Apply(Route route, View parameters, View gradients, View state1, View state2, View scalars, int length, int decayed) =>
        OptimiserKernels.Run<SgdRule>(route, parameters, gradients, state1, state2, scalars, length, decayed);
}
