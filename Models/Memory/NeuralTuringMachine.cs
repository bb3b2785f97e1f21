namespace GpuNN;

/// <summary>
/// Neural Turing machine: a controller with a memory beside it, which heads read and write where they are told. At each step the controller
/// sees the input and what was last read, h = controller(x W + [h, r] U + b); all heads address the memory as it is,
/// w = address(h V + d), and r = w M is read before M is written. The logits are [h, r] Y + e.
/// Each sequence starts from slots of 1e-6, or from slots that are learned; where the heads start and what they have read is learned,
/// and before learning they start at slot 0 and go on slot by slot.
/// Shapes: x (batch, steps, inputs), logits (batch, steps, outputs).
/// Sources: Graves, Wayne and Danihelka (2014), "Neural Turing machines"; Collier and Beel (2018), "Implementing neural Turing machines",
/// for how sequences start.
/// Learns by: back-propagation through time. Recipe: ntm-copy.
/// </summary>
public sealed class NeuralTuringMachine : Layer
{
    private const float EmptySlot = 1e-6f;
    private const float Spread = 0.05f;

    // Of each head's first weights, on slot 0: a head that starts everywhere at once learns no place.
    private const double Focus = 0.9;

    private readonly int readers, writers, reach;
    private readonly Parameter input, recurrent, bias, headWeight, headBias, firstRead, firstWeights;
    private readonly Parameter? firstHidden, firstCell, firstMemory;
    private readonly Dense output;

    /// <summary>A machine.</summary>
    /// <param name="inputs">Features of a step.</param>
    /// <param name="outputs">Logits of a step.</param>
    /// <param name="units">Units of the controller.</param>
    /// <param name="slots">Slots of the memory; a sequence may be longer.</param>
    /// <param name="width">Numbers in a slot.</param>
    /// <param name="readers">Heads that read.</param>
    /// <param name="writers">Heads that write.</param>
    /// <param name="reach">The furthest neighbour that a head goes to in a step.</param>
    /// <param name="controller">Kind of the controller.</param>
    /// <param name="memory">Initial values of slots that are learned; null for slots of 1e-6.</param>
    /// <param name="forgetBias">Initial bias of the controller's forget gates: below 0 it forgets soon at first, and leaves it to the memory to remember.</param>
    public NeuralTuringMachine(
        int inputs, int outputs, int units = 100, int slots = 128, int width = 20, int readers = 1, int writers = 1, int reach = 1,
        MemoryController controller = MemoryController.Lstm, Init? memory = null, float forgetBias = 0)
    {
        if (inputs < 1 || outputs < 1 || units < 1)
            throw new ArgumentOutOfRangeException(nameof(units),
                $"NeuralTuringMachine: needs at least one input, one output and one unit, but got {inputs}, {outputs} and {units}.\nInputs are the features of one step: the last axis of x.");
        if (slots < 1 || width < 1 || readers < 1 || writers < 1 || reach < 0)
            throw new ArgumentOutOfRangeException(nameof(slots),
                $"NeuralTuringMachine: needs a memory of one slot and one number or more, and a head that reads and one that writes, but got {slots} x {width}, {readers} and {writers}, with reach {reach}.\nTry 128 x 20 with one head each and reach 1.");
        (Inputs, Outputs, Units, Slots, Width, Controller) = (inputs, outputs, units, slots, width, controller);
        (this.readers, this.writers, this.reach) = (readers, writers, reach);
        var isLstm = controller == MemoryController.Lstm;
        var gates = isLstm ? 4 * units : units;
        input = Own("input", [inputs, gates], Inits.GlorotUniform);
        recurrent = Own("recurrent", [(isLstm ? units : 0) + readers * width, gates], Inits.GlorotUniform);
        bias = Own("bias", [gates], Inits.Values([.. Enumerable.Range(0, gates).Select(gate => isLstm && gate / units == 1 ? forgetBias : 0)]));
        firstRead = Own("first.read", [readers * width], Inits.Normal(Spread));
        firstWeights = Own("first.weights", [readers + writers, slots], Inits.Values(AtFirstSlot()));
        if (isLstm)
        {
            firstHidden = Own("first.hidden", [units], Inits.Normal(Spread));
            firstCell = Own("first.cell", [units], Inits.Normal(Spread));
        }
        if (memory is not null)
            firstMemory = Own("first.memory", [slots, width], memory);
        headWeight = Own("heads.weight", [units, HeadSignals.Count(readers, writers, width, reach)], Inits.GlorotUniform);
        headBias = Own("heads.bias", [HeadSignals.Count(readers, writers, width, reach)], Inits.Values(HeadSignals.First(readers, writers, width, reach)));
        output = Use("output", new Dense(units + readers * width, outputs));
    }

    /// <summary>Features of a step.</summary>
    public int Inputs { get; }

    /// <summary>Logits of a step.</summary>
    public int Outputs { get; }

    /// <summary>Units of the controller.</summary>
    public int Units { get; }

    /// <summary>Slots of the memory.</summary>
    public int Slots { get; }

    /// <summary>Numbers in a slot.</summary>
    public int Width { get; }

    /// <summary>Kind of the controller.</summary>
    public MemoryController Controller { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Logits(Scan(x, state => [state.Last])[0]);

    /// <summary>Runs and shows what happens inside.</summary>
    /// <param name="x">Sequences (batch, steps, inputs).</param>
    /// <returns>
    /// The logits (batch, steps, outputs), and after each step the memory (batch, steps, slots, width) and where the heads are, those that
    /// read first (batch, steps, heads, slots).
    /// </returns>
    public (Tensor Logits, Tensor Memory, Tensor Weights) Trace(Tensor x)
    {
        var seen = Scan(x, state => [state.Last, state.Memory, state.Weights]);
        return (Logits(seen[0]), seen[1].Permute(1, 0, 2, 3), seen[2].Permute(1, 0, 2, 3));
    }

    /// <summary>The state before a sequence.</summary>
    /// <param name="batch">How many sequences there are.</param>
    public MemoryState Start(int batch)
    {
        Tensor Row(Tensor values) => values.BroadcastTo(values.Shape.Prepend(batch));
        var hidden = firstHidden is null ? ((Tensor)0f).BroadcastTo([batch, Units]) : Row(firstHidden);
        return new(
            Slicing.Concatenate(1, hidden, Row(firstRead)), firstCell is null ? null : Row(firstCell),
            firstMemory is null ? ((Tensor)EmptySlot).BroadcastTo([batch, Slots, Width]) : Row(firstMemory), Row(firstWeights.Softmax()));
    }

    /// <summary>One step.</summary>
    /// <param name="x">The step's inputs (batch, inputs).</param>
    /// <param name="state">The state before it.</param>
    public MemoryState Step(Tensor x, MemoryState state)
    {
        var read = state.Last.Slice(1, Units, readers * Width);
        var z = x.MatMul(input) + (state.Cell is null ? read : state.Last).MatMul(recurrent) + bias;
        Tensor Gate(int k) => z.Slice(1, k * Units, Units);
        var cell = state.Cell is null ? null : Gate(1).Sigmoid() * state.Cell + Gate(0).Sigmoid() * Gate(2).Tanh();
        var hidden = cell is null ? z.Tanh() : Gate(3).Sigmoid() * cell.Tanh();
        var signals = HeadSignals.Of(hidden.MatMul(headWeight) + headBias, readers, writers, Width, reach);
        var weights = signals.Address(state.Memory, state.Weights);
        read = MemoryRead.Of(state.Memory, weights.Slice(1, 0, readers)).Reshape([x.Shape[0], readers * Width]);
        var memory = MemoryWrite.Of(state.Memory, weights.Slice(1, readers, writers), signals.Erase, signals.Add);
        return new(Slicing.Concatenate(1, hidden, read), cell, memory, weights);
    }

    /// <inheritdoc/>
    public override string ToString() => $"NeuralTuringMachine({Inputs} -> {Outputs}, {Controller} of {Units}, memory {Slots} x {Width}, {readers} + {writers} heads)";

    private IReadOnlyList<Tensor> Scan(Tensor x, Func<MemoryState, Tensor[]> outputs)
    {
        if (x.Shape.Rank != 3 || x.Shape[2] != Inputs)
            throw new ShapeException($"NeuralTuringMachine: needs sequences (batch, steps, {Inputs}), but got {x.Shape}.\nThe features of a step are the last axis.");
        return Graph.Current.Scan(Start(x.Shape[0]).Tensors, [x.Permute(1, 0, 2)], (tensors, items) =>
        {
            var next = Step(items[0], MemoryState.Of(tensors));
            return (next.Tensors, outputs(next));
        }).Outputs;
    }

    // One tall product for all steps.
    private Tensor Logits(Tensor last) => output.Apply(last).Permute(1, 0, 2);

    private float[] AtFirstSlot()
    {
        var logits = new float[(readers + writers) * Slots];
        for (var head = 0; head < readers + writers; head++)
            logits[head * Slots] = (float)Math.Log(Math.Max(1, Focus / (1 - Focus) * (Slots - 1)));
        return logits;
    }
}
