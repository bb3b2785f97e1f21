using GpuNN.Operations;

namespace GpuNN;

/// <summary>
/// Reverse-mode differentiation of a graph into more graph. Each operation's rule gives the gradients of its operands;
/// adding up over consumers and undoing broadcasts happen here and nowhere else.
/// Source: Linnainmaa (1970); Rumelhart, Hinton and Williams (1986).
/// </summary>
internal static class ReverseWalk
{
    public static Tensor[] Gradients(Tensor y, IReadOnlyList<Tensor> x, Tensor? cotangent)
    {
        if (cotangent is null && y.Shape.Elements != 1)
            throw new ShapeException($"Gradients: needs one number to differentiate, or a cotangent, but got {y}.\nReduce it with Mean() or Sum() first.");
        if (cotangent is not null && cotangent.Shape != y.Shape)
            throw new ShapeException($"Gradients: needs a cotangent of the shape of y, but got {cotangent.Shape} for {y.Shape}.\nReshape the cotangent.");
        var gradients = Gradients([(y, cotangent ?? new Constant(1))], x);
        return [.. gradients.Select((gradient, i) => (gradient ?? new Constant(0)).BroadcastTo(x[i].Shape))];
    }

    /// <summary>
    /// Gradients of a loss by each x, given its gradients by some tensors; null for an x that none of these depends on. Each has its x's
    /// shape or one that broadcasts to it.
    /// </summary>
    public static Tensor?[] Gradients(IReadOnlyList<(Tensor Y, Tensor Cotangent)> given, IReadOnlyList<Tensor> x)
    {
        var order = DependentNodes(given.Select(pair => pair.Y), x);
        var gradients = new GradientSums();
        foreach (var (y, cotangent) in given)
            gradients.Add(y, cotangent);
        var parts = new Dictionary<Node, Tensor?[]>(ReferenceEqualityComparer.Instance);
        for (var i = order.Count - 1; i >= 0; i--)
        {
            if (gradients.Of(order[i]) is { } dy && !Collect(order[i], dy, parts))
                Spread(order[i], dy, gradients, order.Contains);
            if (parts.TryGetValue(order[i], out var dys))
                Spread(order[i], dys, gradients, order.Contains);
        }
        return [.. x.Select(gradients.Of)];
    }

    /// <summary>Keeps the gradient of one output of several until those of the others are known.</summary>
    private static bool Collect(Node node, Tensor dy, Dictionary<Node, Tensor?[]> parts)
    {
        if (node is not { Operation: Part part } || node.Inputs[0] is not Node { Operation: PackedOperation packed } whole)
            return false;
        var places = packed.PartsOf(whole);
        if (!parts.TryGetValue(whole, out var dys))
            parts[whole] = dys = new Tensor?[places.Length];
        ref var sum = ref dys[Array.IndexOf(places, part)];
        sum = sum is null ? dy.BroadcastTo(node.Shape) : sum + dy;
        return true;
    }

    private static void Spread(Node node, Tensor?[] dys, GradientSums gradients, Func<Tensor, bool> wanted)
    {
        var asked = node.Inputs.Select(wanted).ToArray();
        var parts = ((PackedOperation)node.Operation).Gradient(node, dys, asked);
        for (var i = 0; i < parts.Length; i++)
            if (asked[i] && parts[i] is { } part)
                gradients.Add(node.Inputs[i], part);
    }

    private static void Spread(Node node, Tensor dy, GradientSums gradients, Func<Tensor, bool> wanted)
    {
        var rule = node.Operation;
        var parts = rule.Gradient(node, rule.TakesBroadcastGradient ? dy : dy.BroadcastTo(node.Shape));
        for (var i = 0; i < parts.Length; i++)
        {
            var input = node.Inputs[i];
            if (parts[i] is not { } part || !wanted(input))
                continue;
            // A part that only broadcasts to the node's shape counts once for every element it stands for.
            gradients.Add(input, input.Shape == node.Shape || rule is not PointwiseOperation ? part : part.BroadcastTo(node.Shape).SumTo(input.Shape));
        }
    }

    /// <summary>The nodes that some tensors depend on and that depend on an x, in the order of computation; and the x themselves.</summary>
    private static NodeOrder DependentNodes(IEnumerable<Tensor> y, IReadOnlyList<Tensor> x)
    {
        var order = new NodeOrder(x);
        foreach (var node in TopologicalOrder.Of(y))
            order.AddIfDependent(node);
        return order;
    }

    private sealed class NodeOrder(IReadOnlyList<Tensor> x)
    {
        private readonly List<Node> nodes = [];
        private readonly HashSet<Tensor> dependent = new(x, ReferenceEqualityComparer.Instance);

        public int Count => nodes.Count;

        public Node this[int index] => nodes[index];

        public bool Contains(Tensor tensor) => dependent.Contains(tensor);

        public void AddIfDependent(Node node)
        {
            if (!node.Inputs.Any(dependent.Contains))
                return;
            dependent.Add(node);
            nodes.Add(node);
        }
    }
}
