using GpuNN.Operations;

namespace GpuNN;

/// <summary>Loops over the steps of sequences, as nodes of a graph.</summary>
public static class Scanning
{
    /// <summary>
    /// Runs a body at every step of sequences: it takes the states and this step's items and returns the next states and this step's
    /// outputs. It is recorded once; parameters and other tensors of the recording may be used in it as they are.
    /// </summary>
    /// <param name="graph">The recording.</param>
    /// <param name="states">The states before the first step.</param>
    /// <param name="sequences">Sequences, with the steps on the first axis. There may be none, if the options name the steps.</param>
    /// <param name="body">The body; the next states have the shapes of the states.</param>
    /// <param name="options">Direction and memory.</param>
    public static Scanned Scan(
        this Graph graph, Tensor[] states, Tensor[] sequences, Func<Tensor[], Tensor[], (Tensor[] Next, Tensor[] Outputs)> body, ScanOptions? options = null)
    {
        options ??= new();
        var steps = Steps(sequences, options);
        Check(states);
        if (options.Window is { } window && window < steps)
            return InWindows(graph, states, sequences, body, options, steps, window);
        if (options.Memory == ScanMemory.SquareRoot)
            return InSegments(graph, states, sequences, body, options, steps);
        Slot[] before = [.. states.Select((state, i) => new Slot(state.Shape, state.Kind, $"state {i} of the scan"))];
        Slot[] items = [.. sequences.Select((sequence, j) => new Slot(sequence.Shape.Skip(1), sequence.Kind, $"item of sequence {j} of the scan"))];
        var (next, outputs) = graph.InBody(() => body([.. before], [.. items]));
        Check(before, next, outputs);
        var feeds = new Dictionary<Slot, Tensor>();
        for (var j = 0; j < items.Length; j++)
            feeds[items[j]] = sequences[j];
        var known = options.Memory == ScanMemory.Stash ? WholeProducts([.. next, .. outputs], before, feeds) : [];
        var closed = ScanBody.Close(before, [.. feeds.Keys], next, outputs, known, out var captured);
        var scan = new Scan(closed, steps, options.Reverse, options.Memory);
        if (graph.Training && steps > 0)
            scan = scan.KeepingForGradient();
        var results = scan.Apply([.. states, .. feeds.Values, .. captured]);
        return new Scanned(results[..states.Length], results[states.Length..(states.Length + outputs.Length)]);
    }

    /// <summary>A scan over one sequence with one state.</summary>
    /// <param name="sequence">The sequence, with the steps on the first axis.</param>
    /// <param name="state">The state before the first step.</param>
    /// <param name="body">The next state, given the state and this step's item.</param>
    /// <param name="options">Direction and memory.</param>
    /// <returns>The state after the last step, and those after all of them.</returns>
    public static (Tensor Final, Tensor All) Scan(this Tensor sequence, Tensor state, Func<Tensor, Tensor, Tensor> body, ScanOptions? options = null)
    {
        var scanned = Graph.Current.Scan([state], [sequence], (states, items) =>
        {
            var next = body(states[0], items[0]);
            return ([next], [next]);
        }, options);
        return (scanned.Final[0], scanned.Outputs[0]);
    }

    /// <summary>Products of items with a matrix from outside: one tall product of the whole sequence runs much faster than one a step.</summary>
    private static Dictionary<Tensor, Slot> WholeProducts(Tensor[] results, Slot[] states, Dictionary<Slot, Tensor> feeds)
    {
        var products = new Dictionary<Tensor, Slot>(ReferenceEqualityComparer.Instance);
        var moving = new HashSet<Tensor>(states.Concat(feeds.Keys), ReferenceEqualityComparer.Instance);
        foreach (var node in TopologicalOrder.Of(results))
            if (node.Inputs.Any(moving.Contains))
                moving.Add(node);
        foreach (var node in TopologicalOrder.Of(results))
        {
            if (node.Operation is not MatMul { TransposeA: false } product || node.Inputs[0] is not Slot { Shape.Rank: 2 } item
                || !feeds.TryGetValue(item, out var sequence) || node.Inputs[1].Shape.Rank > 2 || moving.Contains(node.Inputs[1]))
                continue;
            products[node] = new Slot(node.Shape, node.Kind, $"product with {item}");
            feeds[products[node]] = MatMul.Product(sequence, node.Inputs[1], false, product.TransposeB);
        }
        // An item that only stood in such products is not needed any more.
        var read = new HashSet<Tensor>(results, ReferenceEqualityComparer.Instance);
        foreach (var node in TopologicalOrder.Of(results, products.ContainsKey))
            read.UnionWith(node.Inputs);
        foreach (var item in feeds.Keys.Where(item => !products.ContainsValue(item) && !read.Contains(item)).ToArray())
            feeds.Remove(item);
        return products;
    }

    /// <summary>A scan over segments that keeps the states between them, each of which is a scan; the steps that are left over come last.</summary>
    private static Scanned InSegments(
        Graph graph, Tensor[] states, Tensor[] sequences, Func<Tensor[], Tensor[], (Tensor[] Next, Tensor[] Outputs)> body, ScanOptions options, int steps)
    {
        var length = Math.Max(1, (int)Math.Ceiling(Math.Sqrt(steps)));
        var (segments, rest) = (steps / length, steps % length);
        var whole = steps - rest;
        var inside = options with { Memory = ScanMemory.Stash, Steps = length };
        var scanned = graph.Scan(states, [.. sequences.Select(sequence => Run(sequence, options.Reverse ? rest : 0, whole).Reshape([segments, length, .. sequence.Shape.Skip(1)]))],
            (between, items) =>
            {
                var segment = graph.Scan(between, items, body, inside);
                return ([.. segment.Final], [.. segment.Outputs]);
            }, options with { Memory = ScanMemory.Recompute, Steps = segments });
        Tensor[] outputs = [.. scanned.Outputs.Select(output => output.Reshape([whole, .. output.Shape.Skip(2)]))];
        if (rest == 0)
            return new Scanned(scanned.Final, outputs);
        var last = graph.Scan([.. scanned.Final], [.. sequences.Select(sequence => Run(sequence, options.Reverse ? 0 : whole, rest))], body, inside with { Steps = rest });
        return new Scanned(last.Final, [.. outputs.Zip(last.Outputs, (most, few) => options.Reverse ? Slicing.Concatenate(0, few, most) : Slicing.Concatenate(0, most, few))]);
    }

    /// <summary>One scan behind the other, each from the state that the one before it left, but with no gradient to it.</summary>
    private static Scanned InWindows(
        Graph graph, Tensor[] states, Tensor[] sequences, Func<Tensor[], Tensor[], (Tensor[] Next, Tensor[] Outputs)> body, ScanOptions options, int steps, int window)
    {
        if (window < 1)
            throw new ArgumentOutOfRangeException(nameof(options), $"Scan: needs a window of one step or more, but got {window}.\nLeave Window out to let gradients go all the way.");
        var scanned = new Scanned(states, []);
        var outputs = new List<IReadOnlyList<Tensor>>();
        for (var done = 0; done < steps; done += window)
        {
            var count = Math.Min(window, steps - done);
            var start = options.Reverse ? steps - done - count : done;
            scanned = graph.Scan([.. scanned.Final.Select(state => done == 0 ? state : state.Detach())], [.. sequences.Select(sequence => Run(sequence, start, count))],
                body, options with { Window = null, Steps = count });
            outputs.Insert(options.Reverse ? 0 : outputs.Count, scanned.Outputs);
        }
        return new Scanned(scanned.Final, [.. scanned.Outputs.Select((_, j) => Slicing.Concatenate(0, [.. outputs.Select(each => each[j])]))]);
    }

    /// <summary>Neighbouring items of a sequence, where they lie.</summary>
    private static Tensor Run(Tensor sequence, int start, int count)
    {
        var item = sequence.Shape.Skip(1);
        return count == sequence.Shape[0]
            ? sequence
            : Graph.Node(new Part(checked((int)(start * item.Elements)), item.Prepend(count)), sequence.Reshape([checked((int)sequence.Shape.Elements)]));
    }

    private static int Steps(Tensor[] sequences, ScanOptions options)
    {
        foreach (var sequence in sequences)
            if (sequence.Shape.Rank == 0 || sequence.Shape[0] != (options.Steps ?? sequences[0].Shape[0]))
                throw new ShapeException($"Scan: needs sequences (steps, ...) of {(options.Steps is { } wanted ? $"{wanted} steps" : "equal length")}, but got {string.Join(", ", sequences.Select(each => each.Shape))}.\nPut the steps on the first axis, with Permute(1, 0, 2) for (batch, steps, features), and slice to one length.");
        return options.Steps ?? (sequences.Length > 0 ? sequences[0].Shape[0] : throw new ArgumentException(
            "Scan: needs a number of steps, but got no sequence to take it from.\nSet ScanOptions.Steps."));
    }

    private static void Check(Tensor[] states)
    {
        foreach (var state in states)
            if (state.Kind != ElementKind.Float)
                throw new ShapeException($"Scan: needs float states, but got {state}.\nCarry an index as a float, or pass integers as a sequence.");
    }

    private static void Check(Slot[] states, Tensor[] next, Tensor[] outputs)
    {
        if (next.Length != states.Length)
            throw new ArgumentException($"Scan: needs a next state for each of {states.Length} states, but the body returned {next.Length}.\nReturn a state that does not change as it came.");
        for (var i = 0; i < next.Length; i++)
            if (next[i].Shape != states[i].Shape)
                throw new ShapeException($"Scan: needs states that keep their shape, but the body takes state {i} as {states[i].Shape} and returns {next[i].Shape}.\nGive the initial state the shape that the body returns, or reshape the next state.");
        foreach (var tensor in next.Concat(outputs))
            if (tensor.Kind != ElementKind.Float)
                throw new ShapeException($"Scan: needs float states and outputs, but the body returned {tensor}.\nTurn integers into floats with OneHot or Gather, or compute them from the stacked outputs after the scan.");
    }
}
