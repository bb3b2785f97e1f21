namespace GpuNN.Benchmarks;

/// <summary>
/// A long short-term memory as a user would write it: one step as a formula, under a scan. Its gates stand in the order i, f, g, o.
/// Shapes: x (steps, batch, inputs), y (steps, batch, units).
/// Source: Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000).
/// </summary>
internal sealed class ScannedLstm : Layer
{
    private readonly Parameter weight;
    private readonly Parameter recurrent;
    private readonly Parameter bias;
    private readonly int units;

    public ScannedLstm(int inputs, int units)
    {
        this.units = units;
        weight = Own("weight", [inputs, 4 * units], Inits.GlorotUniform);
        recurrent = Own("recurrent", [units, 4 * units], Inits.Orthogonal());
        bias = Own("bias", [4 * units], Inits.Zeros);
    }

    public override Tensor Forward(Tensor x)
    {
        var zeros = ((Tensor)0f).BroadcastTo([x.Shape[1], units]);
        return Graph.Current.Scan([zeros, zeros], [x], (states, items) =>
        {
            var (h, c) = (states[0], states[1]);
            var gates = items[0].MatMul(weight) + h.MatMul(recurrent) + bias;
            Tensor Gate(int k) => gates.Slice(1, k * units, units);
            c = Gate(1).Sigmoid() * c + Gate(0).Sigmoid() * Gate(2).Tanh();
            h = Gate(3).Sigmoid() * c.Tanh();
            return ([h, c], [h]);
        }).Outputs[0];
    }
}
