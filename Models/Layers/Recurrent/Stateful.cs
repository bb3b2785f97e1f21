namespace GpuNN;

/// <summary>
/// A recurrent layer that goes on where the batch before ended: its state is kept from run to run, and row k of a batch continues row k of the one
/// before. Gradients end at the batch's first step: back-propagation through time, truncated to the length of a batch.
/// Shapes: those of the layer, with a fixed batch.
/// Source: Williams and Peng (1990), "An efficient gradient-based algorithm for on-line training of recurrent network trajectories".
/// </summary>
public sealed class Stateful : Layer
{
    private readonly RecurrentLayer layer;
    private readonly Parameter[] state;

    /// <summary>A layer with a memory.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="batch">Sequences of every batch.</param>
    public Stateful(RecurrentLayer layer, int batch)
    {
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
        var (steps, last) = layer.Run(x, new RecurrentState(state));
        for (var i = 0; i < state.Length; i++)
            Graph.Current.Update(state[i], last.Tensors[i]);
        return steps;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Stateful({layer}, {state[0].Shape[0]} sequences)";
}
