using System.Numerics;

namespace GpuNN;

/// <summary>
/// Any Boolean function by two layers of threshold units: one unit for each row of the table that is true, which knows that row
/// alone (AND of inputs and negated inputs), and one that ORs them. Shallow, and wide: up to 2^inputs hidden units, where
/// <see cref="ParityNetwork"/> shows what depth saves.
/// Shapes: x (batch, inputs) of 0 and 1, y (batch, 1) of 0 and 1.
/// Source: McCulloch and Pitts (1943); the disjunctive normal form.
/// </summary>
public sealed class TruthTable : Layer, IWidths
{
    private const int MostInputs = 16;
    private readonly Sequential layers;

    /// <summary>A network.</summary>
    /// <param name="truth">The value of each row; row r has bit i of r as input i, so there are 2^inputs of them.</param>
    public TruthTable(params bool[] truth)
    {
        Inputs = BitOperations.Log2((uint)truth.Length);
        if (Inputs is < 1 or > MostInputs || truth.Length != 1 << Inputs)
            throw new ArgumentException($"TruthTable: needs a value for each of 2^n rows of 1 to {MostInputs} inputs, but got {truth.Length}.\nTwo inputs have four rows: 00, 10, 01, 11.", nameof(truth));
        int[] rows = [.. Enumerable.Range(0, truth.Length).Where(row => truth[row])];
        layers = Use("layers", rows.Length == 0
            ? new Sequential(new Threshold(Inputs, new float[Inputs], [0]))
            : new Sequential(Knowing(rows), Threshold.Or(rows.Length)));
    }

    /// <summary>Numbers an item has.</summary>
    public int Inputs { get; }

    int? IWidths.Inputs => Inputs;

    int? IWidths.Outputs => 1;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => layers.Apply(x);

    /// <inheritdoc/>
    public override string ToString() => $"TruthTable({Inputs} inputs)";

    // weight 1 for what must be true and -1 for what must be false: the sum reaches the number of true ones in this row alone
    private Threshold Knowing(int[] rows) => new(
        Inputs,
        [.. Enumerable.Range(0, Inputs).SelectMany(input => rows.Select(row => (row >> input & 1) == 1 ? 1f : -1f))],
        [.. rows.Select(row => 0.5f - BitOperations.PopCount((uint)row))]);
}
