using GpuNN.Cells;

namespace GpuNN;

/// <summary>
/// Simple recurrent network: h_t = f(x_t W + h_{t-1} U + b), f the hyperbolic tangent or a rectifier; see <see cref="RecurrentLayer"/> for the shapes.
/// Sources: Elman (1990), "Finding structure in time"; Le, Jaitly and Hinton (2015) for rectifiers, whose recurrent weights start as the identity.
/// </summary>
public sealed class SimpleRnn : RecurrentLayer
{
    /// <summary>A layer.</summary>
    /// <param name="inputs">Features of a step.</param>
    /// <param name="units">Units of a run.</param>
    /// <param name="layers">Runs on top of each other.</param>
    /// <param name="bidirectional">Whether each is joined by one that runs backwards.</param>
    /// <param name="dropout">The chance that an output between two layers is dropped in training.</param>
    /// <param name="rectified">Whether the units are rectifiers.</param>
    public SimpleRnn(int inputs, int units, int layers = 1, bool bidirectional = false, float dropout = 0, bool rectified = false)
        : base(inputs, units, layers, bidirectional, dropout, (features, backwards) => rectified
            ? new CellRun<ReluCell>(features, units, backwards, recurrent: Inits.Values(Identity(units)))
            : new CellRun<TanhCell>(features, units, backwards))
    {
    }

    private static float[] Identity(int units)
    {
        var values = new float[units * units];
        for (var i = 0; i < units; i++)
            values[i * units + i] = 1;
        return values;
    }
}
