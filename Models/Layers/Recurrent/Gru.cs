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
    public Gru(int inputs, int units, int layers = 1, bool bidirectional = false, float dropout = 0, bool updateTakes = false, int longestMemory = 0)
        : base(inputs, units, layers, bidirectional, dropout, (features, backwards) => updateTakes
            ? new CellRun<GruCell<TakingGate>>(features, units, backwards, longestMemory > 0 ? Inits.Chrono(longestMemory, keeps: null, takes: 0) : null, "recurrent_bias")
            : new CellRun<GruCell<KeepingGate>>(features, units, backwards, longestMemory > 0 ? Inits.Chrono(longestMemory, keeps: 0, takes: null) : null, "recurrent_bias"))
    {
    }
}
