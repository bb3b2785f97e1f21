namespace GpuNN;

/// <summary>
/// Cross-entropy of a softmax against probabilities, from logits: the mean over rows of -sum_c t[c] log softmax(x)[c]. Rows of
/// the target that do not sum to 1 are taken as they are, so they weigh more or less.
/// Shapes: prediction (rows..., classes) logits, target the same, probabilities. Units: nats.
/// </summary>
public sealed record CrossEntropyLoss : Loss
{
    /// <inheritdoc/>
    public override Tensor Of(Tensor prediction, Tensor target) =>
        -(Aligned(prediction, target) * prediction.LogSoftmax()).Sum(-1).Mean();
}
