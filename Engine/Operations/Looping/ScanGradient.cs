using GpuNN.Operations;

namespace GpuNN;

/// <summary>
/// The gradient of a scan: a scan in the other direction. Its states are the gradients of the states and one sum for each captured
/// tensor; it reads what the forward scan kept of each step as sequences, and puts out the gradients of the items. Where everything
/// is kept, a captured matrix's sum of products over the steps becomes one tall product behind the loop, and a bias's sum one sum.
/// Source: Werbos (1990), "Backpropagation through time: what it does and how to do it".
/// </summary>
internal sealed class ScanGradient
{
    private readonly Scan scan;
    private readonly ScanBody body;
    private readonly bool[] wanted;
    private readonly HashSet<Tensor> forward;
    private readonly Slot[] stateGradients;
    private readonly Slot?[] outputGradients;
    private readonly Tensor?[] operands;
    private readonly Dictionary<int, (Tensor A, Tensor B)> products = [];
    private readonly Dictionary<int, (Tensor Shown, Shape Shape)> totals = [];
    private readonly List<int> summed = [];
    private readonly List<int> items = [];
    private readonly List<Tensor> stacked = [];
    private readonly List<Slot> sums = [];
    private readonly List<Tensor> next = [];
    private readonly Dictionary<Tensor, Slot> kept = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> read = new(ReferenceEqualityComparer.Instance);

    /// <summary>Differentiates the body.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="given">Which of its outputs have a gradient.</param>
    /// <param name="wanted">Which of its operands' gradients are asked for.</param>
    public ScanGradient(Scan scan, bool[] given, bool[] wanted)
    {
        this.scan = scan;
        this.wanted = wanted;
        body = scan.Body;
        forward = new(TopologicalOrder.Of(body.Next.Concat(body.Outputs)), ReferenceEqualityComparer.Instance);
        stateGradients = Array.ConvertAll(body.States, state => new Slot(state.Shape, ElementKind.Float, "gradient of a state"));
        outputGradients = [.. body.Outputs.Select((output, j) => given[body.States.Length + j] ? new Slot(output.Shape, ElementKind.Float, "gradient of an output") : null)];
        operands = Differentiate();
        Sort();
        Cut();
    }

    private int States => body.States.Length;

    private int FirstCaptured => body.States.Length + body.Items.Length;

    /// <summary>What the gradient reads of each step that the scan does not put out.</summary>
    public List<Tensor> Missing() => [.. body.States.Where(read.Contains).Concat(kept.DistinctBy(pair => pair.Value).Select(pair => pair.Key)).Where(tensor => body.OutputOf(tensor) < 0)];

    /// <summary>The gradients of a node's operands.</summary>
    /// <param name="node">A node of the scan.</param>
    /// <param name="dy">The gradients of its outputs.</param>
    public Tensor?[] Of(Node node, Tensor?[] dy)
    {
        // A scan that keeps too little runs again and keeps more.
        var keeping = Missing() is { Count: > 0 } missing ? scan.With(missing) : scan;
        var outputs = keeping.Outputs(keeping == scan ? node : Graph.Node(keeping, [.. node.Inputs]));
        var sequences = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var tensor in body.States.Concat(kept.Keys))
            if (keeping.Body.OutputOf(tensor) is >= 0 and var output)
                sequences[tensor] = outputs[States + output].Reshape(tensor.Shape.Prepend(scan.Steps));
        for (var j = 0; j < body.Items.Length; j++)
            sequences[body.Items[j]] = node.Inputs[States + j];
        for (var j = 0; j < outputGradients.Length; j++)
            if (outputGradients[j] is { } slot)
                sequences[slot] = dy[States + j]!;
        return Backward(node, dy, sequences);
    }

    private Tensor?[] Differentiate()
    {
        var given = new List<(Tensor, Tensor)>();
        for (var i = 0; i < States; i++)
            given.Add((body.Next[i], stateGradients[i]));
        for (var j = 0; j < outputGradients.Length; j++)
            if (outputGradients[j] is { } slot)
                given.Add((body.Outputs[j], slot));
        Tensor[] x = [.. body.Slots.Where((_, operand) => operand < States || wanted[operand])];
        var gradients = ReverseWalk.Gradients(given, x);
        return [.. body.Slots.Select(slot => Array.IndexOf(x, slot) is >= 0 and var at && gradients[at] is { } gradient ? gradient.BroadcastTo(slot.Shape) : null)];
    }

    /// <summary>Decides for each gradient whether it is a state, an output, a sum over the steps, or a product or a sum behind the loop.</summary>
    private void Sort()
    {
        for (var i = 0; i < States; i++)
            next.Add(operands[i] ?? new Constant(0).BroadcastTo(body.States[i].Shape));
        for (var operand = States; operand < operands.Length; operand++)
        {
            if (operands[operand] is not { } gradient)
                continue;
            if (operand < FirstCaptured)
            {
                items.Add(operand);
                Stack(gradient);
            }
            else if (scan.Memory == ScanMemory.Stash && gradient is Node { Operation: MatMul { TransposeA: true, TransposeB: false }, Shape.Rank: 2 } product)
            {
                products[operand] = (Stack(product.Inputs[0]), Stack(product.Inputs[1]));
            }
            else if (scan.Memory == ScanMemory.Stash && Addends(gradient) is { } addends)
            {
                totals[operand] = (Stack(addends), addends.Shape);
            }
            else
            {
                summed.Add(operand);
                sums.Add(new Slot(gradient.Shape, ElementKind.Float, "sum of a gradient"));
                next.Add(sums[^1] + gradient);
            }
        }
    }

    /// <summary>What a sum over leading axes adds up, as the gradient of a bias does; null for anything else.</summary>
    private static Tensor? Addends(Tensor gradient) =>
        MemoryPlan.Root(gradient) is Node { Operation: Sum { First: 0, Scale: 1 } sum } node && node.Inputs[0].Shape.Skip(sum.Count) == gradient.Shape ? node.Inputs[0] : null;

    /// <summary>Makes sure that a tensor of the body is there for all steps behind the loop.</summary>
    private Tensor Stack(Tensor tensor)
    {
        var shown = Shown(tensor);
        if (body.States.Contains(shown))
            read.Add(shown);
        else if (scan.Memory == ScanMemory.Stash && IsForward(shown))
            Keep(shown);
        else if (!body.Items.Contains(shown) && Array.IndexOf(outputGradients, shown) < 0 && !stacked.Contains(shown))
            stacked.Add(shown);
        return shown;
    }

    private void Keep(Tensor tensor)
    {
        if (kept.ContainsKey(tensor))
            return;
        var known = kept.FirstOrDefault(pair => ScanBody.IsSame(pair.Key, tensor) && pair.Key.Shape == tensor.Shape).Value;
        kept[tensor] = known ?? new Slot(tensor.Shape, tensor.Kind, "kept");
    }

    /// <summary>Finds what the backward steps read of the forward ones: kept, if anything is, else computed again from the states.</summary>
    private void Cut()
    {
        Tensor[] results = [.. next, .. stacked];
        if (scan.Memory == ScanMemory.Stash)
        {
            var open = new Stack<Tensor>(results);
            var seen = new HashSet<Tensor>(results, ReferenceEqualityComparer.Instance);
            while (open.TryPop(out var tensor))
            {
                if (tensor is not Node node || kept.ContainsKey(node))
                    continue;
                if (IsForward(node) && !IsView(node))
                {
                    Keep(node);
                    continue;
                }
                foreach (var operand in node.Operation.Operands(node))
                    if (seen.Add(operand))
                        open.Push(operand);
            }
        }
        foreach (var node in TopologicalOrder.Of(results, kept.ContainsKey))
            read.UnionWith(node.Inputs);
        read.UnionWith(results);
    }

    // A gradient rule looks at an output of several through a part of its own.
    private bool IsForward(Tensor tensor) => forward.Contains(tensor) || tensor is Node { Operation: Part } part && forward.Contains(part.Inputs[0]);

    // Nothing is computed for it, or next to nothing.
    private static bool IsView(Node node) =>
        node.Operation is AliasOperation or Broadcast && MemoryPlan.Root(node) is not Node { Operation: PackedOperation };

    private Tensor?[] Backward(Node node, Tensor?[] dy, Dictionary<Tensor, Tensor> sequences)
    {
        var used = sequences.Where(pair => read.Contains(pair.Key)).Select(pair => (Slot: kept.TryGetValue(pair.Key, out var slot) ? slot : (Slot)pair.Key, pair.Value))
            .DistinctBy(pair => pair.Slot).ToArray();
        Slot[] states = [.. stateGradients, .. sums];
        var backward = ScanBody.Close(states, [.. used.Select(pair => pair.Slot)], [.. next], [.. stacked], kept, out var captured);
        var outside = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        for (var k = 0; k < body.Captured.Length; k++)
            outside[body.Captured[k]] = node.Inputs[FirstCaptured + k];
        Tensor[] initial = [.. states.Select((state, i) => (i < States ? dy[i] : null) ?? new Constant(0).BroadcastTo(state.Shape))];
        var reversed = new Scan(backward, scan.Steps, !scan.Reverse, scan.Memory);
        var results = reversed.Apply([.. initial, .. used.Select(pair => pair.Value), .. captured.Select(tensor => Outside(tensor, outside))]);
        foreach (var (tensor, output) in stacked.Zip(results.Skip(states.Length)))
            sequences.TryAdd(tensor, output);
        var gradients = new Tensor?[operands.Length];
        for (var i = 0; i < States; i++)
            gradients[i] = results[i];
        for (var k = 0; k < summed.Count; k++)
            gradients[summed[k]] = results[States + k];
        foreach (var operand in items)
            gradients[operand] = sequences[Shown(operands[operand]!)].Reshape(node.Inputs[operand].Shape);
        foreach (var (operand, (a, b)) in products)
            gradients[operand] = MatMul.Product(Tall(sequences[a], (Node)operands[operand]!, 0), Tall(sequences[b], (Node)operands[operand]!, 1), true, false);
        foreach (var (operand, (shown, shape)) in totals)
            gradients[operand] = sequences[shown].Reshape(shape.Prepend(scan.Steps)).SumTo(node.Inputs[operand].Shape);
        return gradients;
    }

    // The steps' rows one below the other.
    private static Tensor Tall(Tensor sequence, Node product, int operand)
    {
        var shape = product.Inputs[operand].Shape;
        return sequence.Reshape([sequence.Shape[0] * shape[0], shape[1]]);
    }

    // A reshaped tensor is the same numbers.
    private static Tensor Shown(Tensor tensor) => MemoryPlan.Root(tensor) is var root && root.Shape.Elements == tensor.Shape.Elements ? root : tensor;

    /// <summary>The same tensor made from what the loop was given instead of from the slots for it.</summary>
    private static Tensor Outside(Tensor tensor, Dictionary<Tensor, Tensor> given)
    {
        foreach (var node in TopologicalOrder.Of([tensor], given.ContainsKey))
            given[node] = new Node(node.Operation, [.. node.Inputs.Select(input => given.GetValueOrDefault(input, input))], node.Shape, node.Place);
        return given.GetValueOrDefault(tensor, tensor);
    }
}
