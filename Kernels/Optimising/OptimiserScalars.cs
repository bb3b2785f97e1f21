using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// An optimiser's numbers, a small view in device memory: a captured step reads them there, so that a changed learning
/// rate and the moving step need no new launch.
/// </summary>
public struct OptimiserScalars
{
    /// <summary>Floats in the view: a whole line.</summary>
    public const int Count = 16;

    /// <summary>Learning rate.</summary>
    public float LearningRate;

    /// <summary>Decay of the mean of gradients (Adam, AdamW).</summary>
    public float Beta1;

    /// <summary>Decay of the mean of squared gradients (Adam, AdamW; the rho of RMSProp).</summary>
    public float Beta2;

    /// <summary>What is added to a root before dividing by it.</summary>
    public float Epsilon;

    /// <summary>Momentum (Momentum, Nesterov).</summary>
    public float Momentum;

    /// <summary>Weight decay of the decayed elements: L2, added to the gradient; decoupled in AdamW.</summary>
    public float Decay;

    /// <summary>Factor of every gradient; <see cref="ClipKernels"/> writes it, else 1.</summary>
    public float ClipScale;

    /// <summary>Greatest size of a gradient's element, after the factor; infinity for no limit.</summary>
    public float ClipValue;

    /// <summary>Norm of the gradients before clipping; <see cref="ClipKernels"/> writes it.</summary>
    public float GradientNorm;

    /// <summary>Number of steps begun.</summary>
    public int Step;

    /// <summary>1 - beta1^step, carried along.</summary>
    public float Mass1;

    /// <summary>1 - beta2^step, carried along.</summary>
    public float Mass2;

    /// <summary>1 / (1 - beta1^step).</summary>
    public float Correction1;

    /// <summary>1 / sqrt(1 - beta2^step).</summary>
    public float RootCorrection2;

    /// <summary>What the view holds before the first step: no step made, nothing clipped.</summary>
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
        var floats = new float[Count];
        In(floats) = new OptimiserScalars
        {
            LearningRate = learningRate,
            Beta1 = beta1,
            Beta2 = beta2,
            Epsilon = epsilon,
            Momentum = momentum,
            Decay = decay,
            ClipScale = 1f,
            ClipValue = clipValue,
        };
        return floats;
    }

    /// <summary>The numbers in a copy of the view.</summary>
    public static ref OptimiserScalars In(Span<float> floats) => ref MemoryMarshal.AsRef<OptimiserScalars>(MemoryMarshal.AsBytes(floats));

    /// <summary>The part of the view that holds the learning rate.</summary>
    public static View LearningRateIn(View scalars) => scalars.Slice(0, 1);

    /// <summary>The numbers in the view, for a kernel that ILGPU compiles.</summary>
    internal static ref OptimiserScalars In(ArrayView<float> scalars) => ref Unsafe.As<float, OptimiserScalars>(ref scalars[0]);

    /// <summary>Whether the gradients are no numbers, as far as <see cref="ClipKernels"/> has looked: then the step must change nothing.</summary>
    internal readonly bool IsRefused => !(ClipScale >= 0f);

    /// <summary>
    /// Begins a step. 1 - beta^t is carried as the mean of ones, m = beta m + (1 - beta), because 1 less a rounded power
    /// loses the digits that the first steps need.
    /// </summary>
    internal void Advance()
    {
        Step++;
        Mass1 = Beta1 * Mass1 + (1f - Beta1);
        Mass2 = Beta2 * Mass2 + (1f - Beta2);
        Correction1 = 1f / Mass1;
        RootCorrection2 = 1f / ScalarLane.Sqrt(new ScalarLane(Mass2)).Value;
    }

    /// <summary>Takes the norm of the gradients and the greatest that is let through.</summary>
    internal void Clip(float norm, float limit)
    {
        GradientNorm = norm;
        ClipScale = norm <= limit ? 1f : limit / norm;
    }
}
