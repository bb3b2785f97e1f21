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
    /// can be compared although weights may be scaled from layer to layer. A filter is the weights of one unit, over <see cref="Parameter.Incoming"/>,
    /// or all of a parameter's where those do not fill whole axes. Biases and gains stay as they are: their part is 0.
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
                Normalise(parameter, d.Span, w.Span);
        return direction;
    }

    private static void Normalise(Parameter parameter, Span<float> direction, ReadOnlySpan<float> weights)
    {
        var filters = new int[direction.Length];
        var step = 1;
        var count = 1;
        for (var axis = parameter.Shape.Rank - 1; parameter.Incoming is { } incoming && axis >= 0; step *= parameter.Shape[axis--])
        {
            if (incoming.Contains(axis))
                continue;
            for (var i = 0; i < filters.Length; i++)
                filters[i] += i / step % parameter.Shape[axis] * count;
            count *= parameter.Shape[axis];
        }
        var wanted = new double[count];
        var length = new double[count];
        for (var i = 0; i < filters.Length; i++)
        {
            wanted[filters[i]] += (double)weights[i] * weights[i];
            length[filters[i]] += (double)direction[i] * direction[i];
        }
        for (var i = 0; i < filters.Length; i++)
            direction[i] *= (float)(length[filters[i]] > 0 ? Math.Sqrt(wanted[filters[i]] / length[filters[i]]) : 0);
    }
}
