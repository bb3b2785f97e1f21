using GpuNN.Operations;

namespace GpuNN;

/// <summary>
/// One step of a loop as a graph of its own: it reads slots alone. What it does not compute from a state or an item is captured
/// from outside, once for the whole loop.
/// </summary>
internal sealed class ScanBody
{
    private readonly HashSet<Node> claimed = new(ReferenceEqualityComparer.Instance);

    private ScanBody(Slot[] states, Slot[] items, Slot[] captured, Tensor[] next, Tensor[] outputs)
    {
        States = states;
        Items = items;
        Captured = captured;
        Next = next;
        Outputs = outputs;
        StoredNext = Array.ConvertAll(next, Claim);
        Sharing = Array.ConvertAll(outputs, SharedWith);
        StoredOutputs = [.. outputs.Select((output, j) => Sharing[j] is null ? Claim(output) : null)];
        var read = Executed([.. StoredNext, .. StoredOutputs.OfType<Node>()]);
        Operands = [.. Slots.Select((slot, operand) => (slot, operand)).Where(pair => pair.operand < states.Length || read.Contains(pair.slot)).Select(pair => pair.operand)];
    }

    /// <summary>The states before the step.</summary>
    public Slot[] States { get; }

    /// <summary>The step's items of the sequences.</summary>
    public Slot[] Items { get; }

    /// <summary>What comes from outside the loop.</summary>
    public Slot[] Captured { get; }

    /// <summary>The states after the step.</summary>
    public Tensor[] Next { get; }

    /// <summary>The step's items of the stacked outputs.</summary>
    public Tensor[] Outputs { get; }

    /// <summary>The nodes that are written where the next states live.</summary>
    public Node[] StoredNext { get; }

    /// <summary>The nodes that are written where the outputs live; null for an output that is a state.</summary>
    public Node?[] StoredOutputs { get; }

    /// <summary>For an output that is a state, which one, and whether it is that after the step or before it.</summary>
    public (int State, bool After)?[] Sharing { get; }

    /// <summary>Its launches and their memory, worked out for the device it was first asked for.</summary>
    public ScanSchedule? Schedule { get; set; }

    /// <summary>Every tensor it reads, in the order of a scan's operands.</summary>
    public Slot[] Slots => [.. States, .. Items, .. Captured];

    /// <summary>Which of these its steps compute with; the others are there for its gradient.</summary>
    public int[] Operands { get; }

    /// <summary>Whether the states are kept of all steps, since an output shows them.</summary>
    public bool IsStacked(int state) => Array.Exists(Sharing, shared => shared?.State == state);

    /// <summary>The output that holds a tensor of the body, if there is one.</summary>
    public int OutputOf(Tensor tensor) => Array.FindIndex(Outputs, output => IsSame(output, tensor));

    /// <summary>The same body with more outputs.</summary>
    public ScanBody With(IEnumerable<Tensor> outputs) => new(States, Items, Captured, Next, [.. Outputs, .. outputs]);

    /// <summary>A body of these results.</summary>
    /// <param name="states">Its states.</param>
    /// <param name="items">Its items.</param>
    /// <param name="next">The states after the step.</param>
    /// <param name="outputs">The outputs.</param>
    /// <param name="known">Tensors for which there is an item.</param>
    /// <param name="captured">What it needs from outside.</param>
    public static ScanBody Close(Slot[] states, Slot[] items, Tensor[] next, Tensor[] outputs, IReadOnlyDictionary<Tensor, Slot> known, out Tensor[] captured)
    {
        var moving = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var slot in states.Concat(items))
            moving[slot] = slot;
        foreach (var (tensor, slot) in known)
            moving[tensor] = slot;
        var outside = new List<Tensor>();
        var slots = new List<Slot>();
        Tensor Inside(Tensor tensor)
        {
            if (tensor is Constant)
                return tensor;
            if (moving.TryGetValue(tensor, out var inside))
                return inside;
            var at = outside.FindIndex(other => ReferenceEquals(other, tensor));
            if (at >= 0)
                return slots[at];
            outside.Add(tensor);
            slots.Add(new Slot(tensor.Shape, tensor.Kind, tensor is Parameter parameter ? parameter.Path : "captured"));
            return slots[^1];
        }
        foreach (var node in TopologicalOrder.Of(next.Concat(outputs), moving.ContainsKey))
            if (node.Inputs.Any(moving.ContainsKey))
                moving[node] = new Node(node.Operation, [.. node.Inputs.Select(Inside)], node.Shape, node.Place);
        var (after, shown) = (Array.ConvertAll(next, Inside), Array.ConvertAll(outputs, Inside));
        captured = [.. outside];
        return new ScanBody(states, items, [.. slots], after, shown);
    }

    /// <summary>Everything that computing some tensors reads.</summary>
    private static HashSet<Tensor> Executed(Tensor[] results)
    {
        var open = new Stack<Tensor>(results);
        var seen = new HashSet<Tensor>(results, ReferenceEqualityComparer.Instance);
        while (open.TryPop(out var tensor))
            if (tensor is Node node)
                foreach (var operand in node.Operation.Operands(node))
                    if (seen.Add(operand))
                        open.Push(operand);
        return seen;
    }

    private (int, bool)? SharedWith(Tensor output)
    {
        var before = Array.FindIndex(States, state => IsSame(state, output));
        if (before >= 0)
            return (before, false);
        var after = Array.FindIndex(Next, next => IsSame(next, output));
        return after >= 0 ? (after, true) : null;
    }

    // One node is written to one place; and an output of several lies among the others.
    private Node Claim(Tensor tensor) =>
        MemoryPlan.Root(tensor) is Node { Operation: not PackedOperation } root && root.Shape.Elements == tensor.Shape.Elements && claimed.Add(root)
            ? root
            : tensor.Shape is var shape && tensor is Constant constant ? Graph.Node(new Fill(constant.Value, shape)) : Graph.Node(new Broadcast(shape), tensor);

    /// <summary>Whether two tensors are the same numbers, be it in other shapes.</summary>
    public static bool IsSame(Tensor a, Tensor b) => ReferenceEquals(a, b)
        || MemoryPlan.Root(a) == MemoryPlan.Root(b) && a is not Constant && MemoryPlan.Offset(a) == MemoryPlan.Offset(b) && a.Shape.Elements == b.Shape.Elements;
}
