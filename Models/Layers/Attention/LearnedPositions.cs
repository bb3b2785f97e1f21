namespace GpuNN;

/// <summary>
/// Positions that are learned: y[n, t] = x[n, t] + p[t].
/// Shapes: x, y (batch, steps, width), p (most steps, width).
/// Source: Gehring et al. (2017), "Convolutional sequence to sequence learning".
/// </summary>
public sealed class LearnedPositions : Layer, IKeepsShape
{
    private readonly Parameter table;

    /// <summary>Positions.</summary>
    /// <param name="steps">Most steps of a sequence.</param>
    /// <param name="width">Numbers of a step.</param>
    /// <param name="init">Initial p; normal with deviation 0.02 if null.</param>
    public LearnedPositions(int steps, int width, Init? init = null)
    {
        Positions.Check("LearnedPositions", steps, width);
        (Steps, Width) = (steps, width);
        table = Own("table", [steps, width], init ?? Inits.Normal(0.02f));
    }

    /// <summary>Most steps of a sequence.</summary>
    public int Steps { get; }

    /// <summary>Numbers of a step.</summary>
    public int Width { get; }

    /// <summary>p.</summary>
    public Parameter Table => table;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Positions.Add(this, x, table);

    /// <inheritdoc/>
    public override string ToString() => $"LearnedPositions({Steps} steps, {Width})";
}
