namespace GpuNN;

/// <summary>
/// A recurrent layer that goes on where the batch before ended: its state is kept from run to run, and row k of a batch continues row k of the one
/// before. Gradients end at the batch's first step: back-propagation through time, truncated to the length of a batch, k2. Batches may
/// overlap: each begins k1 steps behind the one before, the loss sees its last k1 outputs, and gradients go back k2 - k1 steps further than that.
/// Shapes: those of the layer, with a fixed batch.
/// Source: Williams and Peng (1990), "An efficient gradient-based algorithm for on-line training of recurrent network trajectories".
/// </summary>
public sealed class Stateful : Layer
{
    private readonly RecurrentLayer layer;
    private readonly Parameter[] state;
    private readonly int? advance;

    /// <summary>A layer with a memory.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="batch">Sequences of every batch.</param>
    /// <param name="advance">Steps from the beginning of a batch to that of the next, k1; null for all of its steps.</param>
    public Stateful(RecurrentLayer layer, int batch, int? advance = null)
    {
        if (advance < 1)
            throw new ArgumentOutOfRangeException(nameof(advance), $"Stateful: needs to advance by one step or more, but got {advance}.\nLeave it out where batches do not overlap.");
        if (advance is not null && layer.ReadsBackwards)
            throw new ArgumentException($"Stateful: batches overlap, but {layer} reads backwards, and would read their common steps without those behind them.\nLeave the advance out, or use a layer that runs forward alone.", nameof(advance));
        this.advance = advance;
        this.layer = Use("layer", layer);
        state = [.. layer.Runs.SelectMany((run, i) => Enumerable.Range(0, run.States).Select(k =>
            Own($"state.{i}.{(k == 0 ? "hidden" : "cell")}", [batch, run.Units], Inits.Zeros, trainable: false)))];
    }

    /// <summary>Forgets: the next batch starts from zeros.</summary>
    public void Forget()
    {
        foreach (var parameter in state)
            parameter.Set(new float[parameter.Shape.Elements]);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        var batch = x.Shape[layer.TimeFirst ? 1 : 0];
        if (batch != state[0].Shape[0])
            throw new ShapeException($"Stateful: keeps the states of {state[0].Shape[0]} sequences, but got a batch of {batch}.\nFeed batches of one size, and leave a shorter last one out.");
        var (axis, length) = layer.TimeFirst ? (0, x.Shape[0]) : (1, x.Shape[1]);
        var kept = advance ?? length;
        if (kept > length)
            throw new ShapeException($"Stateful: goes on by {kept} steps from batch to batch, but got a batch of {length} steps.\nFeed batches at least as long as the advance.");
        var (steps, last) = layer.Run(x.Slice(axis, 0, kept), new RecurrentState(state));
        for (var i = 0; i < state.Length; i++)
            Graph.Current.Update(state[i], last.Tensors[i]);
        return kept == length ? steps : Slicing.Concatenate(axis, steps, layer.Run(x.Slice(axis, kept, length - kept), last).Steps);
    }

    /// <inheritdoc/>
    public override string ToString() => $"Stateful({layer}, {state[0].Shape[0]} sequences{(advance is null ? "" : $", by {advance} steps")})";
}
