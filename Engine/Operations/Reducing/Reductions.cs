using GpuNN.Operations;

namespace GpuNN;

/// <summary>Reductions of tensors over one axis, several, or all.</summary>
public static class Reductions
{
    /// <summary>Sum over all axes: one number.</summary>
    public static Tensor Sum(this Tensor x) => x.Over(All(x), false, (first, count) => new Sum(first, count, 1));

    /// <summary>Sum over one axis.</summary>
    public static Tensor Sum(this Tensor x, int axis, bool keepAxis = false) => x.Sum([axis], keepAxis);

    /// <summary>Sum over several axes.</summary>
    public static Tensor Sum(this Tensor x, ReadOnlySpan<int> axes, bool keepAxis = false) =>
        x.Over(axes.ToArray(), keepAxis, (first, count) => new Sum(first, count, 1));

    /// <summary>Mean over all axes: one number.</summary>
    public static Tensor Mean(this Tensor x) => x.Mean(All(x));

    /// <summary>Mean over one axis.</summary>
    public static Tensor Mean(this Tensor x, int axis, bool keepAxis = false) => x.Mean([axis], keepAxis);

    /// <summary>Mean over several axes.</summary>
    public static Tensor Mean(this Tensor x, ReadOnlySpan<int> axes, bool keepAxis = false) =>
        x.Over(axes.ToArray(), keepAxis, (first, count) => new Sum(first, count, 1f / Math.Max(1, Shape.Of(x.Shape.Sizes.Slice(first, count)).Elements)));

    /// <summary>Greatest number over all axes.</summary>
    public static Tensor Max(this Tensor x) => x.Over(All(x), false, (first, count) => new Max(first, count));

    /// <summary>Greatest number over one axis.</summary>
    public static Tensor Max(this Tensor x, int axis, bool keepAxis = false) => x.Over([axis], keepAxis, (first, count) => new Max(first, count));

    /// <summary>Smallest number over all axes.</summary>
    public static Tensor Min(this Tensor x) => x.Over(All(x), false, (first, count) => new Min(first, count));

    /// <summary>Smallest number over one axis.</summary>
    public static Tensor Min(this Tensor x, int axis, bool keepAxis = false) => x.Over([axis], keepAxis, (first, count) => new Min(first, count));

    /// <summary>Sum that undoes a broadcast from a shape: axes that were stretched or added are summed.</summary>
    public static Tensor SumTo(this Tensor x, Shape shape)
    {
        if (x.Shape == shape)
            return x;
        var added = x.Shape.Rank - shape.Rank;
        var axes = Enumerable.Range(0, x.Shape.Rank).Where(axis => axis < added || shape[axis - added] == 1 && x.Shape[axis] != 1).ToArray();
        return x.Sum(axes, keepAxis: true).Reshape(shape);
    }

    /// <summary>Written out in a larger shape.</summary>
    public static Tensor BroadcastTo(this Tensor x, Shape shape) => x switch
    {
        _ when x.Shape == shape && x is not Constant => x,
        Constant constant => Graph.Node(new Fill(constant.Value, shape)),
        _ => Graph.Node(new Broadcast(shape), x),
    };

    private static int[] All(Tensor x) => [.. Enumerable.Range(0, x.Shape.Rank)];

    // Runs of neighbouring axes are reduced one after the other, the last first, so that axis numbers stay valid.
    private static Tensor Over(this Tensor x, int[] axes, bool keepAxis, Func<int, int, Operation> reduce)
    {
        var shape = x.Shape;
        var wanted = axes.Select(shape.Axis).Distinct().Order().ToArray();
        var y = x;
        for (var end = wanted.Length; end > 0;)
        {
            var first = end - 1;
            while (first > 0 && wanted[first - 1] == wanted[first] - 1)
                first--;
            y = Graph.Node(reduce(wanted[first], end - first), y);
            end = first;
        }
        return keepAxis ? y : y.Reshape(Shape.Of([.. Enumerable.Range(0, shape.Rank).Except(wanted).Select(axis => shape[axis])]));
    }
}
