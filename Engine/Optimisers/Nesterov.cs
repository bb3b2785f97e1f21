using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Nesterov's accelerated gradient in the form of Sutskever et al. (2013): b = m b + g, p = p - lr (g + m b). Source: Nesterov (1983).
/// </summary>
/// <param name="learningRate">The learning rate.</param>
public sealed class Nesterov(float learningRate) : Optimiser(learningRate)
{
    /// <summary>The momentum m.</summary>
    public float Decay { get; init; } = 0.9f;

    internal override int States => NesterovRule.States;

    private protected override float[] Scalars() => OptimiserScalars.Initial(LearningRate, momentum: Decay, decay: WeightDecay, clipValue: ClipValue);

    internal override void Apply(Route route, View parameters, View gradients, View state1, View state2, View scalars, int length, int decayed) =>
        OptimiserKernels.Run<NesterovRule>(route, parameters, gradients, state1, state2, scalars, length, decayed);
}
