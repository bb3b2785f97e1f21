namespace GpuNN;

/// <summary>
/// How badly an autoencoder gives an input back: the mean over its numbers of (f(x) - x)^2. Units: the input's, squared.
/// Source: Japkowicz, Myers and Gluck (1995), "A novelty detection approach to classification".
/// </summary>
public sealed record ReconstructionScore : NoveltyScore
{
    /// <inheritdoc/>
    public override Tensor Of(Layer model, Tensor input)
    {
        var output = model.Apply(input);
        if (output.Shape.Elements != input.Shape.Elements)
            throw new ShapeException($"ReconstructionScore: needs a model that gives its input back, but it makes {output.Shape} of {input.Shape}.\nUse an autoencoder, or MaxSoftmaxScore for a classifier.");
        return (output.Reshape(input.Shape) - input).Square().Reshape([input.Shape[0], (int)(input.Shape.Elements / input.Shape[0])]).Mean(1);
    }
}
