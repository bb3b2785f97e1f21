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
        Slot[] before = [.. states.Select((state, i) => new Slot(state.Shape, state.Kind, $"state {i} of the scan"))];
        Slot[] items = [.. sequences.Select((sequence, j) => new Slot(sequence.Shape.Skip(1), sequence.Kind, $"item of sequence {j} of the scan"))];
        var (next, outputs) = graph.InBody(() => body([.. before], [.. items]));
        Check(before, next, outputs);
        var closed = ScanBody.Close(before, items, next, outputs, new Dictionary<Tensor, Slot>(), out var captured);
        var scan = new Scan(closed, steps, options.Reverse, options.Memory);
        if (graph.Training && steps > 0)
            scan = scan.KeepingForGradient();
        var results = scan.Apply([.. states, .. sequences, .. captured]);
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
