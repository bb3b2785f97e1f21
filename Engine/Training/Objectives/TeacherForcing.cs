namespace GpuNN;

/// <summary>
/// Teaches a model that writes: each step is given the right token before it, or with <see cref="Share"/> below 1 now and then its own.
/// Sources: Williams and Zipser (1989), "A learning algorithm for continually running fully recurrent neural networks"; Bengio, Vinyals,
/// Jaitly and Shazeer (2015), "Scheduled sampling for sequence prediction with recurrent neural networks".
/// </summary>
public sealed class TeacherForcing : Objective
{
    /// <summary>How often a step is given the right token, in [0, 1].</summary>
    public float Share
    {
        get;
        init => field = value >= 0 && value <= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(value), $"TeacherForcing: the share of right tokens must lie in [0, 1], but is {value}.\nTry 1, or 0.75 for scheduled sampling.");
    } = 1;

    /// <inheritdoc/>
    public override Tensor Of(Layer model, Loss loss, Tensor input, Tensor target, out Tensor prediction)
    {
        if (model is not ITaught taught)
            throw new ArgumentException($"TeacherForcing: needs a model that can be taught its target, but got {model}.\nUse SequenceToSequence, or leave the objective out.", nameof(model));
        prediction = taught.Teach(input, target, Share);
        return loss.Of(prediction, target);
    }
}
