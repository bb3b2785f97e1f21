using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// How an optimiser changes one parameter, written once over a lane. A struct without fields.
/// </summary>
public interface IOptimiserRule
{
    /// <summary>Numbers of state that a parameter has: 0, 1 or 2.</summary>
    static abstract int States { get; }

    /// <summary>The parameter and its state after a step.</summary>
    /// <param name="p">Parameter.</param>
    /// <param name="g">Its gradient, clipped.</param>
    /// <param name="s">First number of state, if the rule has one.</param>
    /// <param name="u">Second number of state, if the rule has one.</param>
    /// <param name="c">The optimiser's numbers; the decay is 0 for elements that are not decayed.</param>
    static abstract Stepped<T> Step<T>(T p, T g, T s, T u, Coefficients<T> c) where T : struct, ILane<T>;
}

/// <summary>A parameter and its state after a step.</summary>
/// <param name="p">Parameter.</param>
/// <param name="s">First number of state.</param>
/// <param name="u">Second number of state.</param>
public readonly struct Stepped<T>(T p, T s, T u) where T : struct, ILane<T>
{
    /// <summary>Parameter.</summary>
    public readonly T P = p;

    /// <summary>First number of state.</summary>
    public readonly T S = s;

    /// <summary>Second number of state.</summary>
    public readonly T U = u;
}

/// <summary>The scalars of an optimiser as a kernel reads them once, each in every element of a lane.</summary>
public struct Coefficients<T> where T : struct, ILane<T>
{
    /// <summary>Learning rate.</summary>
    public T Rate;

    /// <summary>Decay of the mean of gradients.</summary>
    public T Beta1;

    /// <summary>1 - <see cref="Beta1"/>.</summary>
    public T Rest1;

    /// <summary>Decay of the mean of squared gradients.</summary>
    public T Beta2;

    /// <summary>1 - <see cref="Beta2"/>.</summary>
    public T Rest2;

    /// <summary>What is added to a root.</summary>
    public T Epsilon;

    /// <summary>Momentum.</summary>
    public T Momentum;

    /// <summary>Weight decay; 0 where it does not apply.</summary>
    public T Decay;

    /// <summary>Factor of the gradient.</summary>
    public T ClipScale;

    /// <summary>Limit of the gradient's size.</summary>
    public T ClipValue;

    /// <summary>Bias correction of the mean of gradients.</summary>
    public T Correction1;

    /// <summary>Root of the bias correction of the mean of squared gradients.</summary>
    public T RootCorrection2;

    /// <summary>Reads the scalars.</summary>
    /// <param name="scalars">The optimiser's numbers.</param>
    /// <param name="decayed">Whether the elements are decayed.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Coefficients<T> Of(in OptimiserScalars scalars, bool decayed) => new()
    {
        Rate = T.Constant(scalars.LearningRate),
        Beta1 = T.Constant(scalars.Beta1),
        Rest1 = T.Constant(1f - scalars.Beta1),
        Beta2 = T.Constant(scalars.Beta2),
        Rest2 = T.Constant(1f - scalars.Beta2),
        Epsilon = T.Constant(scalars.Epsilon),
        Momentum = T.Constant(scalars.Momentum),
        Decay = T.Constant(decayed ? scalars.Decay : 0f),
        ClipScale = T.Constant(scalars.ClipScale),
        ClipValue = T.Constant(scalars.ClipValue),
        Correction1 = T.Constant(scalars.Correction1),
        RootCorrection2 = T.Constant(scalars.RootCorrection2),
    };

    /// <summary>The gradient as the rules get it: scaled, then limited; NaN passes through.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly T Clip(T g)
    {
        g *= ClipScale;
        g = T.WhereGreater(g, ClipValue, ClipValue, g);
        return T.WhereGreater(-ClipValue, g, -ClipValue, g);
    }

    /// <summary>The gradient with the L2 penalty's: g + decay p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly T Penalised(T g, T p) => T.MultiplyAdd(Decay, p, g);
}
