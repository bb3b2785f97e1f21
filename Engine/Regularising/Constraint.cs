namespace GpuNN;

/// <summary>
/// What a parameter is brought to after every step of the optimiser: a limit of its norm, a pattern of zeros, a shrinking. A trainer
/// takes it as <see cref="Trainer.Constraints"/>; beside a step of one's own, a <see cref="ConstraintStep"/> runs it. Several act one
/// after the other.
/// </summary>
public abstract class Constraint
{
    /// <summary>Which parameters it is for; by default the weights, not the biases. Those that are not trainable are left alone.</summary>
    public ParameterChoice On { get; init; } = ParameterChoice.Weights;

    /// <summary>
    /// Whether it only brings a parameter into a set where it then is left as it is. Such a constraint already holds in the first step
    /// of a training; another one begins after it.
    /// </summary>
    public virtual bool IsProjection => true;

    /// <summary>Records what a parameter is brought to.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="value">What the step, and the constraints before this one, made of it.</param>
    /// <param name="rate">The learning rate that the parameter has in the step, its <see cref="Parameter.RateScale"/> included; one number.</param>
    public abstract Tensor Of(Parameter parameter, Tensor value, Tensor rate);

    /// <summary>What the optimiser is given for the gradient of a parameter; by default the gradient as it is.</summary>
    public virtual Tensor Gradient(Parameter parameter, Tensor gradient) => gradient;

    /// <summary>Writes what a checkpoint must keep of it.</summary>
    public virtual void Save(SavedState state) { }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It does not fit.</exception>
    public virtual void Load(SavedState state) { }
}
