namespace GpuNN;

/// <summary>
/// How unsure a classifier is: -log max_c softmax(z)_c of its logits z. It orders inputs as 1 - max_c softmax(z)_c does. Units: nats.
/// Source: Hendrycks and Gimpel (2017), "A baseline for detecting misclassified and out-of-distribution examples in neural networks".
/// </summary>
public sealed record MaxSoftmaxScore : NoveltyScore
{
    /// <inheritdoc/>
    public override Tensor Of(Layer model, Tensor input)
    {
        var logits = model.Apply(input);
        return LogSumExp(logits) - logits.Max(1);
    }
}
