using GpuNN.Cells;
using GpuNN.Operations;

namespace GpuNN;

/// <summary>
/// A run of units whose cell is a struct.
/// Shapes: W (inputs, gates * units), U (units, gates * units), b (gates, units), further learned numbers (extras, units).
/// </summary>
/// <typeparam name="TCell">What a unit does at a step; the order of its gates is that of the weights' columns.</typeparam>
public sealed class CellRun<TCell> : RecurrentRun where TCell : struct, IRecurrentCell
{
    private readonly Parameter weight;
    private readonly Parameter recurrent;
    private readonly Parameter bias;
    private readonly Parameter? extra;

    /// <summary>A run.</summary>
    /// <param name="inputs">Features of a step.</param>
    /// <param name="units">Units.</param>
    /// <param name="backwards">Whether it runs from the last step to the first.</param>
    /// <param name="bias">Initial biases (gates, units); zeros if null.</param>
    /// <param name="extraName">The name of the further learned numbers in files.</param>
    /// <param name="recurrent">Initial recurrent weights; orthogonal if null.</param>
    public CellRun(int inputs, int units, bool backwards = false, Init? bias = null, string extraName = "extra", Init? recurrent = null)
        : base(inputs, units, TCell.HasCell ? 2 : 1, backwards)
    {
        weight = Own("weight", [inputs, TCell.Gates * units], Inits.GlorotUniform);
        this.recurrent = Own("recurrent", [units, TCell.Gates * units], recurrent ?? Inits.Orthogonal());
        this.bias = Own("bias", [TCell.Gates, units], bias ?? Inits.Zeros);
        if (TCell.Extras > 0)
            extra = Own(extraName, [TCell.Extras, units], Inits.Zeros);
    }

    /// <inheritdoc/>
    public override Parameter Weight => weight;

    /// <inheritdoc/>
    public override Parameter Recurrent => recurrent;

    /// <inheritdoc/>
    public override Parameter Bias => bias;

    /// <inheritdoc/>
    public override Parameter? Extra => extra;

    /// <inheritdoc/>
    public override (Tensor Steps, Tensor[] Last) Run(Tensor x, Tensor[] states, Tensor? lengths)
    {
        var vectors = extra is null ? (Tensor)bias : Slicing.Concatenate(0, bias, extra);
        var outputs = new Recur<TCell>(Backwards).Apply([x, weight, recurrent, vectors, .. states, .. lengths is null ? Array.Empty<Tensor>() : [lengths]]);
        return (outputs[0], outputs[1..(1 + States)]);
    }
}
