using GpuNN.Pointwise;

namespace GpuNN;

/// <summary>
/// A small change of inputs that a model gets wrong, within epsilon of each input in the greatest absolute difference. One step goes
/// along the sign of the gradient of the loss by the input, x' = x + size sign(dL(x, y) / dx); targeted, it goes down the loss of the
/// wanted answer t, x' = x - size sign(dL(x, t) / dx). After each step x' is brought back to within epsilon of x and into the range of
/// the data. Where the gradient is exactly 0 an input stays as it is.
/// Shapes: x, x' (batch, item...). Units: epsilon, step size and range are in the unit of the inputs.
/// Source: Szegedy et al. (2014), "Intriguing properties of neural networks"; Goodfellow, Shlens and Szegedy (2015), "Explaining and
/// harnessing adversarial examples" (FGSM); Madry et al. (2018), "Towards deep learning models resistant to adversarial attacks" (PGD).
/// </summary>
public sealed record Attack
{
    private Attack(float epsilon, int steps, float stepSize)
    {
        if (!(epsilon >= 0 && float.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"Attack: epsilon must be a finite number of 0 or more, but is {epsilon}.\nPass the greatest change of an input in its own unit, such as 0.1 for images in [0, 1].");
        if (steps < 1)
            throw new ArgumentOutOfRangeException(nameof(steps), $"Attack: needs at least one step, but got {steps}.\nTry 40.");
        if (!(stepSize >= 0 && float.IsFinite(stepSize)))
            throw new ArgumentOutOfRangeException(nameof(stepSize), $"Attack: the size of a step must be a finite number of 0 or more, but is {stepSize}.\nLeave it out for 2.5 epsilon / steps.");
        (Epsilon, Steps, StepSize) = (epsilon, steps, stepSize);
    }

    /// <summary>The fast gradient sign method: one step of size epsilon.</summary>
    /// <param name="epsilon">How far an input may be changed.</param>
    public static Attack Fgsm(float epsilon) => new(epsilon, steps: 1, stepSize: epsilon);

    /// <summary>Projected gradient descent: several steps, from a random place within epsilon.</summary>
    /// <param name="epsilon">How far an input may be changed.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="stepSize">Size of a step; 2.5 epsilon / steps if null.</param>
    public static Attack Pgd(float epsilon, int steps, float? stepSize = null) => new(epsilon, steps, stepSize ?? 2.5f * epsilon / Math.Max(1, steps)) { RandomStart = true };

    /// <summary>How far an input may be changed.</summary>
    public float Epsilon { get; }

    /// <summary>Number of steps.</summary>
    public int Steps { get; }

    /// <summary>Size of a step.</summary>
    public float StepSize { get; }

    /// <summary>Whether targets are the answers that the model is to give, instead of the right ones.</summary>
    public bool Targeted { get; init; }

    /// <summary>Whether it begins at a random place within epsilon, drawn from the seed of the device's parameters.</summary>
    public bool RandomStart { get; init; }

    /// <summary>The least value an input can have.</summary>
    public float Low { get; init; }

    /// <summary>The greatest value an input can have.</summary>
    public float High { get; init; } = 1;

    /// <summary>Records the attack on a batch, as a part of a larger recording. No gradient flows back through it.</summary>
    /// <param name="model">Who is attacked; its layers act as in use.</param>
    /// <param name="loss">What the attack makes large, or small if it is targeted.</param>
    /// <param name="input">The batch.</param>
    /// <param name="target">The right answers, or the wanted ones.</param>
    public Tensor Of(Layer model, Loss loss, Tensor input, Tensor target)
    {
        var origin = input.Detach();
        var at = RandomStart ? Start(origin) : origin;
        for (var step = 0; step < Steps; step++)
            at = Step(model, loss, origin, at, target);
        return at;
    }

    /// <summary>Where it begins.</summary>
    internal Tensor Start(Tensor origin) => Allowed(origin, origin + (Graph.Current.Uniform(origin.Shape) * 2 - 1) * Epsilon);

    /// <summary>One step from a place near the origin.</summary>
    internal Tensor Step(Layer model, Loss loss, Tensor origin, Tensor at, Tensor target)
    {
        var graph = Graph.Current;
        var prediction = graph.AsInUse(() => model.Apply(at));
        BatchLoss.LimitLabels(target, prediction);
        var slope = graph.Gradients(loss.Of(prediction, target), [at])[0];
        return Allowed(origin, at + slope.Map<Sign>() * (Targeted ? -StepSize : StepSize));
    }

    private Tensor Allowed(Tensor origin, Tensor moved) => Low <= High
        ? moved.Maximum(origin - Epsilon).Minimum(origin + Epsilon).Clamp(Low, High).Detach()
        : throw new ArgumentOutOfRangeException(nameof(Low), $"Attack: needs a range of inputs with Low up to High, but got {Low} and {High}.\nSet Low and High to the range of the data.");
}
