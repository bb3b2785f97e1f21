using GpuNN.Cells;
using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Device form of a recurrent layer's step: one index a unit of a sequence, behind the step's product.</summary>
public struct RecurrenceStepBody<TCell> : IBody where TCell : struct, IRecurrentCell
{
    /// <summary>Inputs of the gates at the step (batch, gates * units).</summary>
    public ArrayView<float> X;

    /// <summary>The product (batch, gates * units).</summary>
    public ArrayView<float> Product;

    /// <summary>Learned numbers (gates + extras, units).</summary>
    public ArrayView<float> Vectors;

    /// <summary>Lengths (batch); of any size where they are not read.</summary>
    public ArrayView<int> Lengths;

    /// <summary>Outputs before the step (batch, units).</summary>
    public ArrayView<float> Prior;

    /// <summary>Outputs.</summary>
    public ArrayView<float> Hidden;

    /// <summary>Cells before the step.</summary>
    public ArrayView<float> PriorCell;

    /// <summary>Cells.</summary>
    public ArrayView<float> Cell;

    /// <summary>Kept numbers (batch, kept * units).</summary>
    public ArrayView<float> Kept;

    /// <summary>Units.</summary>
    public int Units;

    /// <summary>The step; -1 where all sequences are whole.</summary>
    public int Step;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var row = index / Units;
        var unit = index - row * Units;
        var at = new CellInputs<ScalarLane> { PriorHidden = new(Prior[index]) };
        if (TCell.HasCell)
            at.PriorCell = new(PriorCell[index]);
        if (Step >= 0 && Step >= Lengths[row])
        {
            Hidden[index] = at.PriorHidden.Value;
            if (TCell.HasCell)
                Cell[index] = at.PriorCell.Value;
            return;
        }
        var bias = UnitNumbers.Read(Vectors, unit, Units, TCell.Gates);
        at.X = UnitNumbers.Read(X, row * TCell.Gates * Units + unit, Units, TCell.Gates);
        at.X.A += bias.A;
        at.X.B += bias.B;
        at.X.C += bias.C;
        at.X.D += bias.D;
        at.P = UnitNumbers.Read(Product, row * TCell.Gates * Units + unit, Units, TCell.Gates);
        at.Extra = UnitNumbers.Read(Vectors, TCell.Gates * Units + unit, Units, TCell.Extras);
        var made = TCell.Step(at);
        Hidden[index] = made.Hidden.Value;
        if (TCell.HasCell)
            Cell[index] = made.Cell.Value;
        UnitNumbers.Write(Kept, row * TCell.Kept * Units + unit, Units, made.Kept, TCell.Kept);
    }
}
