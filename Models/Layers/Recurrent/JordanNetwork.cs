namespace GpuNN;

/// <summary>
/// Recurrent network whose memory is its last output: h_t = tanh(x_t W + y_{t-1} U + b), y_t = h_t V + c, with y_0 = 0. An Elman network, which remembers
/// its hidden units instead, is <see cref="SimpleRnn"/>.
/// Shapes: x (batch, steps, inputs), W (inputs, units), U (outputs, units), V (units, outputs), y (batch, steps, outputs).
/// Source: Jordan (1986), "Serial order: a parallel distributed processing approach".
/// </summary>
public sealed class JordanNetwork : Layer
{
    private readonly Dense input;
    private readonly Parameter recurrent;
    private readonly Dense output;

    /// <summary>A network.</summary>
    public JordanNetwork(int inputs, int units, int outputs)
    {
        input = Use("input", new Dense(inputs, units));
        recurrent = Own("recurrent", [outputs, units], Inits.GlorotUniform);
        output = Use("output", new Dense(units, outputs));
        Outputs = outputs;
    }

    /// <summary>Numbers of an output, and of what is remembered.</summary>
    public int Outputs { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (x.Shape.Rank != 3)
            throw new ShapeException($"JordanNetwork: needs sequences (batch, steps, inputs), but got {x.Shape}.\nReshape them to that shape; a single feature is an axis of size 1.");
        var (_, all) = input.Apply(x.Permute(1, 0, 2)).Scan(
            ((Tensor)0f).BroadcastTo([x.Shape[0], Outputs]), (y, item) => output.Forward((item + y.MatMul(recurrent)).Tanh()));
        return all.Permute(1, 0, 2);
    }
}
