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
    /// <param name="longestMemory">If above 0, initial memories last from one step to so many, see <see cref="Inits.Chrono"/>, and the forget bias is not read.</param>
    /// <param name="backwards">Whether it runs from the last step to the first alone.</param>
    public Lstm(
        int inputs, int units, int layers = 1, bool bidirectional = false, float forgetBias = 1, bool peepholes = false, bool coupled = false, float dropout = 0,
        int longestMemory = 0, bool backwards = false)
        : base(inputs, units, layers, bidirectional, dropout, (features, fromLast) => (coupled, peepholes) switch
        {
            (false, false) => Make<LstmCell<ClosedPeepholes>>(features, units, fromLast, Plain(units, forgetBias, longestMemory)),
            (false, true) => Make<LstmCell<OpenPeepholes>>(features, units, fromLast, Plain(units, forgetBias, longestMemory)),
            (true, false) => Make<CoupledLstmCell<ClosedPeepholes>>(features, units, fromLast, Coupled(units, forgetBias, longestMemory)),
            (true, true) => Make<CoupledLstmCell<OpenPeepholes>>(features, units, fromLast, Coupled(units, forgetBias, longestMemory)),
        }, backwards)
    {
    }

    private static CellRun<TCell> Make<TCell>(int inputs, int units, bool backwards, Init biases) where TCell : struct, IRecurrentCell =>
        new(inputs, units, backwards, biases, "peepholes");

    private static Init Plain(int units, float forgetBias, int longestMemory) =>
        longestMemory > 0 ? Inits.Chrono(longestMemory, keeps: 1, takes: 0) : Values(units, 0, forgetBias, 0, 0);

    private static Init Coupled(int units, float forgetBias, int longestMemory) =>
        longestMemory > 0 ? Inits.Chrono(longestMemory, keeps: null, takes: 0) : Values(units, -forgetBias, 0, 0);

    private static Init Values(int units, params float[] biases) => Inits.Values([.. biases.SelectMany(bias => Enumerable.Repeat(bias, units))]);
}
