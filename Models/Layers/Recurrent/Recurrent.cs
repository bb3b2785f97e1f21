using GpuNN.Cells;

namespace GpuNN;

/// <summary>
/// A recurrent layer of units of one's own: a struct that says what a unit does at a step and what the gradient of that is. It runs as fast as the
/// built-in ones, on every device. See <see cref="RecurrentLayer"/> for the shapes.
/// </summary>
/// <typeparam name="TCell">What a unit does at a step.</typeparam>
public sealed class Recurrent<TCell> : RecurrentLayer where TCell : struct, IRecurrentCell
{
    /// <summary>A layer.</summary>
    /// <param name="inputs">Features of a step.</param>
    /// <param name="units">Units of a run.</param>
    /// <param name="layers">Runs on top of each other.</param>
    /// <param name="bidirectional">Whether each is joined by one that runs backwards.</param>
    /// <param name="dropout">The chance that an output between two layers is dropped in training.</param>
    /// <param name="bias">Initial biases (gates, units); zeros if null.</param>
    public Recurrent(int inputs, int units, int layers = 1, bool bidirectional = false, float dropout = 0, Init? bias = null)
        : base(inputs, units, layers, bidirectional, dropout, (features, backwards) => new CellRun<TCell>(features, units, backwards, bias))
    {
    }
}
