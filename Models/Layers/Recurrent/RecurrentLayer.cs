namespace GpuNN;

/// <summary>
/// A recurrent layer, of one or several runs on top of each other, in one direction or in both, whose outputs are then put side by side.
/// Shapes: x (batch, steps, inputs), y (batch, steps, outputs) or, of the last step alone, (batch, outputs); outputs is units, twice
/// that in both directions. A sequence shorter than the others keeps its state past its end, so that the last state is that of its own last step.
/// Source: Schuster and Paliwal (1997), "Bidirectional recurrent neural networks".
/// </summary>
public abstract class RecurrentLayer : Layer
{
    private readonly RecurrentRun[] runs;
    private readonly Dropout? dropout;

    /// <summary>A layer of runs.</summary>
    /// <param name="inputs">Features of a step.</param>
    /// <param name="units">Units of a run.</param>
    /// <param name="layers">Runs on top of each other.</param>
    /// <param name="bidirectional">Whether each is joined by one that runs backwards.</param>
    /// <param name="dropout">The chance that an output between two layers is dropped in training.</param>
    /// <param name="run">Makes a run, from its inputs and whether it runs backwards.</param>
    /// <param name="backwards">Whether the only direction is backwards.</param>
    private protected RecurrentLayer(int inputs, int units, int layers, bool bidirectional, float dropout, Func<int, bool, RecurrentRun> run, bool backwards = false)
    {
        if (bidirectional && backwards)
            throw new ArgumentException($"{GetType().Name}: runs in both directions or backwards alone, but both are asked for.\nLeave one of them out.", nameof(backwards));
        if (inputs < 1 || units < 1 || layers < 1)
            throw new ArgumentOutOfRangeException(nameof(units),
                $"{GetType().Name}: needs at least one input, one unit and one layer, but got {inputs}, {units} and {layers}.\nInputs are the features of one step: the last axis of x.");
        (Inputs, Units, Layers, IsBidirectional) = (inputs, units, layers, bidirectional);
        var directions = bidirectional ? 2 : 1;
        runs = new RecurrentRun[layers * directions];
        for (var i = 0; i < runs.Length; i++)
        {
            var joins = i % directions == 1;
            runs[i] = Use($"layers.{i / directions}{(joins ? ".backwards" : "")}", run(i < directions ? inputs : units * directions, backwards || joins));
        }
        if (dropout > 0)
            this.dropout = Use("dropout", new Dropout(dropout));
    }

    /// <summary>Features of a step.</summary>
    public int Inputs { get; }

    /// <summary>Units of a run.</summary>
    public int Units { get; }

    /// <summary>Runs on top of each other.</summary>
    public int Layers { get; }

    /// <summary>Whether each run is joined by one that runs backwards.</summary>
    public bool IsBidirectional { get; }

    /// <summary>Whether an output may depend on later steps.</summary>
    public bool ReadsBackwards => Array.Exists(runs, run => run.Backwards);

    /// <summary>Features of an output.</summary>
    public int Outputs => IsBidirectional ? 2 * Units : Units;

    /// <summary>Whether <see cref="Forward"/> returns the outputs of all steps, or the last of each run alone.</summary>
    public bool ReturnsSteps { get; init; } = true;

    /// <summary>Whether steps stand on the first axis and the batch on the second, as the kernels have it: nothing is moved then.</summary>
    public bool TimeFirst { get; init; }

    /// <summary>The runs, the lowest first, of each the forward one first.</summary>
    public IReadOnlyList<RecurrentRun> Runs => runs;

    /// <summary>Numbers of a state.</summary>
    public int StateSize => runs.Sum(run => run.States * run.Units);

    /// <summary>A state of zeros.</summary>
    /// <param name="batch">Sequences.</param>
    public RecurrentState Zeros(int batch) => new([.. runs.SelectMany(run => Enumerable.Range(0, run.States).Select(_ => ((Tensor)0f).BroadcastTo([batch, run.Units])))]);

    /// <summary>The state that <see cref="RecurrentState.Packed"/> made one tensor of.</summary>
    /// <param name="packed">Its numbers (batch, <see cref="StateSize"/>).</param>
    public RecurrentState Unpacked(Tensor packed)
    {
        var at = 0;
        var tensors = new List<Tensor>();
        foreach (var run in runs)
            for (var i = 0; i < run.States; i++, at += run.Units)
                tensors.Add(packed.Slice(1, at, run.Units));
        return new RecurrentState(tensors);
    }

    /// <summary>All outputs (batch, steps, outputs), or the last ones (batch, outputs) unless <see cref="ReturnsSteps"/>, from a state of zeros.</summary>
    public override Tensor Forward(Tensor x)
    {
        var (steps, last) = Run(x);
        return ReturnsSteps ? steps : LastOf(last);
    }

    /// <summary>The outputs of a state: those of the uppermost runs, side by side.</summary>
    /// <param name="state">A state of this layer.</param>
    public Tensor LastOf(RecurrentState state)
    {
        var top = runs[^(IsBidirectional ? 2 : 1)..];
        var hidden = top.Select((run, i) => state.Tensors[state.Tensors.Count - (top.Length - i) * run.States]).ToArray();
        return hidden.Length == 1 ? hidden[0] : Slicing.Concatenate(1, hidden);
    }

    /// <summary>All outputs and the state behind the last step.</summary>
    /// <param name="x">Sequences (batch, steps, inputs).</param>
    /// <param name="initial">The state before the first step; zeros if null.</param>
    /// <param name="lengths">Steps of each sequence (batch), integers; null where all are whole.</param>
    public (Tensor Steps, RecurrentState Last) Run(Tensor x, RecurrentState? initial = null, Tensor? lengths = null)
    {
        if (x.Shape.Rank != 3 || x.Shape[2] != Inputs)
            throw new ShapeException($"{this}: needs sequences ({(TimeFirst ? "steps, batch" : "batch, steps")}, {Inputs}), but got {x.Shape}.\nReshape them to that shape; a single feature is an axis of size 1.");
        var state = initial ?? Zeros(x.Shape[TimeFirst ? 1 : 0]);
        if (state.Tensors.Count != runs.Sum(run => run.States))
            throw new ArgumentException($"{this}: needs a state of {runs.Sum(run => run.States)} tensors, but got {state.Tensors.Count}.\nStart from Zeros, or from the state that this layer returned.");
        var y = TimeFirst ? x : x.Permute(1, 0, 2);
        var last = new List<Tensor>();
        for (var i = 0; i < runs.Length; i += IsBidirectional ? 2 : 1)
        {
            if (i > 0 && dropout is not null)
                y = dropout.Forward(y);
            y = Layer(i, y, state, last, lengths);
        }
        return (TimeFirst ? y : y.Permute(1, 0, 2), new RecurrentState(last));
    }

    private Tensor Layer(int first, Tensor x, RecurrentState state, List<Tensor> last, Tensor? lengths)
    {
        var outputs = new List<Tensor>();
        foreach (var run in runs.Skip(first).Take(IsBidirectional ? 2 : 1))
        {
            var (steps, final) = run.Run(x, [.. state.Tensors.Skip(last.Count).Take(run.States)], lengths);
            outputs.Add(steps);
            last.AddRange(final);
        }
        return outputs.Count == 1 ? outputs[0] : Slicing.Concatenate(2, [.. outputs]);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{GetType().Name}({Inputs} -> {Units}{(Layers > 1 ? $", {Layers} layers" : "")}{(IsBidirectional ? ", both directions" : ReadsBackwards ? ", backwards" : "")})";
}
