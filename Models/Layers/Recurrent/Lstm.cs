using GpuNN.Cells;

namespace GpuNN;

/// <summary>
/// Long short-term memory, gates in the order i, f, g, o; of coupled gates i, g, o. See <see cref="LstmCell{TPeepholes}"/> and
/// <see cref="CoupledLstmCell{TPeepholes}"/> for the formulas, <see cref="RecurrentLayer"/> for the shapes.
/// Sources: Hochreiter and Schmidhuber (1997); Gers, Schmidhuber and Cummins (2000); Gers, Schraudolph and Schmidhuber (2002) for peepholes;
/// Jozefowicz, Zaremba and Sutskever (2015), "An empirical exploration of recurrent network architectures", for a forget bias of 1.
/// </summary>
public sealed class Lstm : RecurrentLayer
{
    /// <summary>A layer.</summary>
    /// <param name="inputs">Features of a step.</param>
    /// <param name="units">Units of a run.</param>
    /// <param name="layers">Runs on top of each other.</param>
    /// <param name="bidirectional">Whether each is joined by one that runs backwards.</param>
    /// <param name="forgetBias">Initial bias of the forget gates: above 0 they keep at first. Coupled gates take its negative as the bias of their input gate.</param>
    /// <param name="peepholes">Whether the gates see the cell.</param>
    /// <param name="coupled">Whether what is forgotten makes room for what is taken in: f = 1 - i.</param>
    /// <param name="dropout">The chance that an output between two layers is dropped in training.</param>
    /// <param name="backwards">Whether it runs from the last step to the first alone.</param>
    public Lstm(
        int inputs, int units, int layers = 1, bool bidirectional = false, float forgetBias = 1, bool peepholes = false, bool coupled = false, float dropout = 0, bool backwards = false)
        : base(inputs, units, layers, bidirectional, dropout, (features, fromLast) => (coupled, peepholes) switch
        {
            (false, false) => Make<LstmCell<ClosedPeepholes>>(features, units, fromLast, [0, forgetBias, 0, 0]),
            (false, true) => Make<LstmCell<OpenPeepholes>>(features, units, fromLast, [0, forgetBias, 0, 0]),
            (true, false) => Make<CoupledLstmCell<ClosedPeepholes>>(features, units, fromLast, [-forgetBias, 0, 0]),
            (true, true) => Make<CoupledLstmCell<OpenPeepholes>>(features, units, fromLast, [-forgetBias, 0, 0]),
        }, backwards)
    {
    }

    private static CellRun<TCell> Make<TCell>(int inputs, int units, bool backwards, float[] biases) where TCell : struct, IRecurrentCell =>
        new(inputs, units, backwards, Inits.Values([.. biases.SelectMany(bias => Enumerable.Repeat(bias, units))]), "peepholes");
}
