namespace GpuNN;

/// <summary>
/// How a training step makes the number that it makes small out of a batch. The default is <see cref="ForwardPass"/>; another may
/// change the batch, or see it twice: then under <see cref="Graph.Penalised"/>, so that the penalties of layers count once. It is a part
/// of the compiled step and keeps no tensor.
/// </summary>
public abstract class Objective
{
    /// <summary>Records the loss of one batch.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="loss">What compares its predictions with the targets.</param>
    /// <param name="input">The batch. Shape: (batch, item...).</param>
    /// <param name="target">Labels (batch), or numbers (batch, target...).</param>
    /// <param name="prediction">What the model makes of the batch as it is: the metrics of training are measured on it.</param>
    /// <returns>One number.</returns>
    public abstract Tensor Of(Layer model, Loss loss, Tensor input, Tensor target, out Tensor prediction);
}
