namespace GpuNN;

/// <summary>The nodes that tensors depend on, each after its operands. Iterative: a graph may be thousands of nodes deep.</summary>
internal static class TopologicalOrder
{
    /// <param name="roots">The tensors.</param>
    /// <param name="known">Tensors that need no computing, so that nothing is looked for behind them.</param>
    public static List<Node> Of(IEnumerable<Tensor> roots, Func<Tensor, bool>? known = null)
    {
        known ??= _ => false;
        var order = new List<Node>();
        var seen = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var open = new Stack<(Node Node, int Next)>();
        foreach (var root in roots)
        {
            if (root is Node start && !known(root) && seen.Add(start))
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
                if (node.Inputs[next] is Node input && !known(input) && seen.Add(input))
                    open.Push((input, 0));
            }
        }
        return order;
    }
}
