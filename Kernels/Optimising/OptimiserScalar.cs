namespace GpuNN.Kernels;

/// <summary>
/// The places of an optimiser's numbers in its scalars, a small view in device memory: a captured step reads them there,
/// so that a changed learning rate and the moving step need no new launch.
/// </summary>
public enum OptimiserScalar
{
    /// <summary>Learning rate.</summary>
    LearningRate,

    /// <summary>Decay of the mean of gradients (Adam, AdamW).</summary>
    Beta1,

    /// <summary>Decay of the mean of squared gradients (Adam, AdamW; the rho of RMSProp).</summary>
    Beta2,

    /// <summary>What is added to a root before dividing by it.</summary>
    Epsilon,

    /// <summary>Momentum (Momentum, Nesterov).</summary>
    Momentum,

    /// <summary>Weight decay of the decayed elements: L2, added to the gradient; decoupled in AdamW.</summary>
    Decay,

    /// <summary>Factor of every gradient; <see cref="ClipKernels"/> writes it, else 1.</summary>
    ClipScale,

    /// <summary>Greatest size of a gradient's element, after the factor; infinity for no limit.</summary>
    ClipValue,

    /// <summary>Norm of the gradients before clipping; <see cref="ClipKernels"/> writes it.</summary>
    GradientNorm,

    /// <summary>Number of steps begun, an integer in the same four bytes.</summary>
    Step,

    /// <summary>1 - beta1^step, carried along.</summary>
    Mass1,

    /// <summary>1 - beta2^step, carried along.</summary>
    Mass2,

    /// <summary>1 / (1 - beta1^step).</summary>
    Correction1,

    /// <summary>1 / sqrt(1 - beta2^step).</summary>
    RootCorrection2,
}

/// <summary>The layout of an optimiser's scalars as a whole.</summary>
public static class OptimiserScalars
{
    /// <summary>Floats in the view.</summary>
    public const int Count = 16;

    /// <summary>The scalars before the first step: no step made, nothing clipped.</summary>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="beta1">Decay of the mean of gradients.</param>
    /// <param name="beta2">Decay of the mean of squared gradients.</param>
    /// <param name="epsilon">What is added to a root before dividing by it.</param>
    /// <param name="momentum">Momentum.</param>
    /// <param name="decay">Weight decay.</param>
    /// <param name="clipValue">Greatest size of a gradient's element.</param>
    public static float[] Initial(
        float learningRate, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f, float momentum = 0f, float decay = 0f,
        float clipValue = float.PositiveInfinity)
    {
        var scalars = new float[Count];
        scalars[(int)OptimiserScalar.LearningRate] = learningRate;
        scalars[(int)OptimiserScalar.Beta1] = beta1;
        scalars[(int)OptimiserScalar.Beta2] = beta2;
        scalars[(int)OptimiserScalar.Epsilon] = epsilon;
        scalars[(int)OptimiserScalar.Momentum] = momentum;
        scalars[(int)OptimiserScalar.Decay] = decay;
        scalars[(int)OptimiserScalar.ClipScale] = 1f;
        scalars[(int)OptimiserScalar.ClipValue] = clipValue;
        return scalars;
    }
}
