namespace GpuNN;

/// <summary>
/// A run of gated recurrent units whose reset gate takes effect before the product: n = tanh(x_n + (r h') U_n), with z, r and h as
/// <see cref="Cells.GruCell{TUpdate}"/> has them. Two products a step that wait for each other; the loop is a scan.
/// Shapes: W (inputs, 3 units), U (units, 3 units), b (3, units), gates in the order z, r, n.
/// Source: Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder for statistical machine translation".
/// </summary>
public sealed class ResetBeforeRun : RecurrentRun
{
    private const int Gates = 3;

    private readonly Parameter weight;
    private readonly Parameter recurrent;
    private readonly Parameter bias;
    private readonly bool updateTakes;

    /// <summary>A run.</summary>
    /// <param name="inputs">Features of a step.</param>
    /// <param name="units">Units.</param>
    /// <param name="backwards">Whether it runs from the last step to the first.</param>
    /// <param name="updateTakes">Whether the update gate is the share of the new output.</param>
    /// <param name="bias">Initial biases (gates, units); zeros if null.</param>
    public ResetBeforeRun(int inputs, int units, bool backwards = false, bool updateTakes = false, Init? bias = null) : base(inputs, units, states: 1, backwards)
    {
        this.updateTakes = updateTakes;
        weight = Own("weight", [inputs, Gates * units], Inits.GlorotUniform);
        recurrent = Own("recurrent", [units, Gates * units], Inits.Orthogonal());
        this.bias = Own("bias", [Gates, units], bias ?? Inits.Zeros);
    }

    /// <inheritdoc/>
    public override Parameter Weight => weight;

    /// <inheritdoc/>
    public override Parameter Recurrent => recurrent;

    /// <inheritdoc/>
    public override Parameter Bias => bias;

    /// <inheritdoc/>
    public override Parameter? Extra => null;

    /// <inheritdoc/>
    public override (Tensor Steps, Tensor[] Last) Run(Tensor x, Tensor[] states, Tensor? lengths)
    {
        var (steps, batch) = (x.Shape[0], x.Shape[1]);
        Tensor gates = recurrent.Slice(1, 0, 2 * Units), candidate = recurrent.Slice(1, 2 * Units, Units);
        var inputs = x.MatMul(weight) + bias.Reshape([Gates * Units]);
        var options = new ScanOptions { Reverse = Backwards };
        Tensor Next(Tensor h, Tensor item)
        {
            var both = (item.Slice(1, 0, 2 * Units) + h.MatMul(gates)).Sigmoid();
            Tensor z = both.Slice(1, 0, Units), r = both.Slice(1, Units, Units);
            var n = (item.Slice(1, 2 * Units, Units) + (r * h).MatMul(candidate)).Tanh();
            return updateTakes ? h + z * (n - h) : n + z * (h - n);
        }
        if (lengths is null)
        {
            var (final, all) = inputs.Scan(states[0], Next, options);
            return (all, [final]);
        }
        // A sequence is alive until the step of its length comes, or, backwards, from the step before that on.
        var ends = lengths.OneHot(steps + 1).Transpose().Slice(0, Backwards ? 1 : 0, steps).Reshape([steps, batch, 1]);
        var scanned = Graph.Current.Scan([states[0], ((Tensor)(Backwards ? 0f : 1f)).BroadcastTo([batch, 1])], [inputs, ends], (before, items) =>
        {
            var alive = Backwards ? before[1] + items[1] : before[1] - items[1];
            var h = before[0] + alive * (Next(before[0], items[0]) - before[0]);
            return ([h, alive], [h]);
        }, options);
        return (scanned.Outputs[0], [scanned.Final[0]]);
    }
}
