namespace GpuNN;

/// <summary>The plain objective: L(model(x), y).</summary>
public sealed class ForwardPass : Objective
{
    /// <inheritdoc/>
    public override Tensor Of(Layer model, Loss loss, Tensor input, Tensor target, out Tensor prediction)
    {
        prediction = model.Apply(input);
        return loss.Of(prediction, target);
    }
}
