using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// The trainable weights of a model as one row of numbers, in the order of their declaration: a point of the space in which a loss is
/// a surface.
/// </summary>
public sealed class WeightSpace
{
    private readonly Parameter[] parameters;

    /// <summary>The space of a model.</summary>
    public WeightSpace(Layer model)
    {
        parameters = [.. model.Parameters.Where(parameter => parameter.Trainable)];
        Size = parameters.Sum(parameter => (int)parameter.Shape.Elements);
        if (Size == 0)
            throw new ArgumentException($"WeightSpace: needs a model with a trainable parameter, but {model} has none.\nUnfreeze a layer.", nameof(model));
    }

    /// <summary>Number of weights.</summary>
    public int Size { get; }

    /// <summary>The parameters, in their order.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>Where the model is.</summary>
    public float[] Here()
    {
        var point = new float[Size];
        foreach (var (parameter, part) in Parts(point))
            parameter.CopyTo(part.Span);
        return point;
    }

    /// <summary>Moves the model to a point.</summary>
    public void MoveTo(float[] point)
    {
        foreach (var (parameter, part) in Parts(point))
            parameter.Set(part.Span);
    }

    /// <summary>The part of a point or direction that belongs to each parameter.</summary>
    public IEnumerable<(Parameter Parameter, Memory<float> Part)> Parts(float[] point)
    {
        if (point.Length != Size)
            throw new ShapeException($"WeightSpace: needs a number for each of {Size} weights, but got {point.Length}.\nTake points and directions of the same model, with the same layers frozen.");
        var at = 0;
        foreach (var parameter in parameters)
        {
            var length = (int)parameter.Shape.Elements;
            yield return (parameter, point.AsMemory(at, length));
            at += length;
        }
    }

    /// <summary>Standard normal numbers: a direction drawn at random.</summary>
    /// <param name="seed">Decides the numbers.</param>
    public float[] Direction(ulong seed)
    {
        var stream = new Philox(Streams.Key(seed, "direction"));
        var direction = new float[Size];
        for (var i = 0; i < Size; i++)
            direction[i] = stream.NextNormal();
        return direction;
    }

    /// <summary>
    /// A direction drawn at random whose filters are as long as those of the model, d = d |w| / |d|, so that pictures of different models
    /// can be compared although weights may be scaled from layer to layer. A filter is the weights of one unit: a column of a matrix
    /// (inputs, outputs), a row of a convolution's (outputs, ...). Biases and gains stay as they are: their part is 0.
    /// Source: Li, Xu, Taylor, Studer and Goldstein (2018), "Visualizing the loss landscape of neural nets".
    /// </summary>
    /// <param name="seed">Decides the numbers.</param>
    public float[] FilterDirection(ulong seed)
    {
        var (direction, here) = (Direction(seed), Here());
        foreach (var ((parameter, d), (_, w)) in Parts(direction).Zip(Parts(here)))
            if (!parameter.IsWeight)
                d.Span.Clear();
            else
                Normalise(parameter.Shape, d.Span, w.Span);
        return direction;
    }

    private static void Normalise(Shape shape, Span<float> direction, ReadOnlySpan<float> weights)
    {
        var filters = shape.Rank == 2 ? shape[1] : shape[0];
        var (between, within) = shape.Rank == 2 ? (1, filters) : (direction.Length / filters, 1);
        for (var filter = 0; filter < filters; filter++)
        {
            double wanted = 0, length = 0;
            for (var i = 0; i < direction.Length / filters; i++)
            {
                var at = filter * between + i * within;
                wanted += (double)weights[at] * weights[at];
                length += (double)direction[at] * direction[at];
            }
            var scale = length > 0 ? Math.Sqrt(wanted / length) : 0;
            for (var i = 0; i < direction.Length / filters; i++)
                direction[filter * between + i * within] *= (float)scale;
        }
    }
}
