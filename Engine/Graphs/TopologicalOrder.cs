namespace GpuNN;

/// <summary>The nodes that tensors depend on, each after its operands. Iterative: a graph may be thousands of nodes deep.</summary>
internal static class TopologicalOrder
{
    public static List<Node> Of(IEnumerable<Tensor> roots)
    {
        var order = new List<Node>();
        var seen = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var open = new Stack<(Node Node, int Next)>();
        foreach (var root in roots)
        {
            if (root is Node start && seen.Add(start))
                open.Push((start, 0));
            while (open.TryPop(out var top))
            {
                var (node, next) = top;
                if (next == node.Inputs.Count)
                {
                    order.Add(node);
                    continue;
                }
                open.Push((node, next + 1));
                if (node.Inputs[next] is Node input && seen.Add(input))
                    open.Push((input, 0));
            }
        }
        return order;
    }
}
