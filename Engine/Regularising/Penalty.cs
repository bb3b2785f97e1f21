namespace GpuNN;

/// <summary>
/// A number that is added to the loss of every training step, so that it becomes small as well. The loss that is reported is the one
/// without it. A trainer takes it as <see cref="Trainer.Penalties"/>; a step of one's own adds it:
/// <c>graph.Minimise(loss + penalty.Of(model.Parameters), ...)</c>. What depends on activations is added where they are made, by
/// <see cref="Graph.Penalise"/>.
/// </summary>
public abstract class Penalty
{
    /// <summary>Records the number.</summary>
    /// <param name="parameters">All parameters of the training; the penalty chooses from them.</param>
    public abstract Tensor Of(IReadOnlyList<Parameter> parameters);

    /// <summary>Writes what a checkpoint must keep of it.</summary>
    public virtual void Save(SavedState state) { }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It does not fit.</exception>
    public virtual void Load(SavedState state) { }
}
