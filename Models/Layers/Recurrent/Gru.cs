using GpuNN.Cells;

namespace GpuNN;

/// <summary>
/// Gated recurrent units, gates in the order z, r, n; see <see cref="GruCell{TUpdate}"/> for the formulas, <see cref="RecurrentLayer"/> for the shapes.
/// Sources: Cho et al. (2014); Chung, Gulcehre, Cho and Bengio (2014).
/// </summary>
public sealed class Gru : RecurrentLayer
{
    /// <summary>A layer.</summary>
    /// <param name="inputs">Features of a step.</param>
    /// <param name="units">Units of a run.</param>
    /// <param name="layers">Runs on top of each other.</param>
    /// <param name="bidirectional">Whether each is joined by one that runs backwards.</param>
    /// <param name="dropout">The chance that an output between two layers is dropped in training.</param>
    /// <param name="updateTakes">Whether the update gate is the share of the new output, h = (1 - z) h' + z n, and not that of the old one.</param>
    /// <param name="longestMemory">If above 0, initial memories last from one step to so many, see <see cref="Inits.Chrono"/>.</param>
    /// <param name="resetBefore">Whether the reset gate takes effect before the product, as first published, which takes two products a step; see <see cref="ResetBeforeRun"/>.</param>
    public Gru(
        int inputs, int units, int layers = 1, bool bidirectional = false, float dropout = 0, bool updateTakes = false, int longestMemory = 0, bool resetBefore = false)
        : base(inputs, units, layers, bidirectional, dropout, (features, backwards) => Make(features, units, backwards, updateTakes, longestMemory, resetBefore))
    {
    }

    private static RecurrentRun Make(int inputs, int units, bool backwards, bool updateTakes, int longestMemory, bool resetBefore)
    {
        var bias = longestMemory == 0 ? null : Inits.Chrono(longestMemory, keeps: updateTakes ? null : 0, takes: updateTakes ? 0 : null);
        return (resetBefore, updateTakes) switch
        {
            (true, _) => new ResetBeforeRun(inputs, units, backwards, updateTakes, bias),
            (_, true) => new CellRun<GruCell<TakingGate>>(inputs, units, backwards, bias, "recurrent_bias"),
            _ => new CellRun<GruCell<KeepingGate>>(inputs, units, backwards, bias, "recurrent_bias"),
        };
    }
}
