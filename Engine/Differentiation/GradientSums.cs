using GpuNN.Operations;

namespace GpuNN;

/// <summary>
/// The gradients of tensors, each added up over its consumers. Where these read neighbouring slices that make up the tensor, as gates
/// cut from one product do, the gradient is the slices' gradients side by side: nothing is added to zeros.
/// </summary>
internal sealed class GradientSums
{
    private readonly Dictionary<Tensor, List<Tensor>> parts = new(ReferenceEqualityComparer.Instance);

    /// <summary>Adds what one consumer passes back.</summary>
    public void Add(Tensor tensor, Tensor part)
    {
        if (!parts.TryGetValue(tensor, out var list))
            parts[tensor] = list = [];
        list.Add(part);
    }

    /// <summary>The gradient of a tensor, once all its consumers have passed theirs back; null if there is none.</summary>
    public Tensor? Of(Tensor tensor)
    {
        if (!parts.TryGetValue(tensor, out var list))
            return null;
        if (list.Count > 1)
        {
            var sum = SideBySide(tensor.Shape, list) ?? list.Aggregate((sum, part) => sum + part);
            list.Clear();
            list.Add(sum);
        }
        return list[0];
    }

    private static Tensor? SideBySide(Shape whole, List<Tensor> list)
    {
        if (!list.TrueForAll(part => part is Node { Operation: Pad { Value: 0 } pad } && pad.To == whole))
            return null;
        var slices = list.ConvertAll(part => (((Pad)((Node)part).Operation).Starts, Gradient: ((Node)part).Inputs[0]));
        for (var axis = 0; axis < whole.Rank; axis++)
        {
            var ordered = slices.OrderBy(slice => slice.Starts[axis]).ToArray();
            var end = 0;
            var fits = true;
            foreach (var (starts, gradient) in ordered)
            {
                fits &= starts[axis] == end && gradient.Shape.With(axis, 0) == whole.With(axis, 0);
                end += gradient.Shape[axis];
            }
            if (fits && end == whole[axis])
                return Slicing.Concatenate(axis, [.. ordered.Select(slice => slice.Gradient)]);
        }
        return null;
    }
}
