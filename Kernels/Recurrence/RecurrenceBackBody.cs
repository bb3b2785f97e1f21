using GpuNN.Cells;
using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Device form of the gradient of a step: one index a unit of a sequence, behind the product of the later step's gradients.</summary>
public struct RecurrenceBackBody<TCell> : IBody where TCell : struct, IRecurrentCell
{
    /// <summary>What later steps send through the recurrent weights (batch, units).</summary>
    public ArrayView<float> Recurrent;

    /// <summary>What reaches the outputs of the step from outside (batch, units); of any size where nothing does.</summary>
    public ArrayView<float> DHidden;

    /// <summary>What reaches the outputs past the recurrent weights (batch, units).</summary>
    public ArrayView<float> Carried;

    /// <summary>What reaches the cells (batch, units).</summary>
    public ArrayView<float> CarriedCell;

    /// <summary>By the inputs of the gates (batch, gates * units).</summary>
    public ArrayView<float> DX;

    /// <summary>By the product (batch, gates * units).</summary>
    public ArrayView<float> DProduct;

    /// <summary>Sums over the steps of the gradients by the learned numbers (gates + extras, batch, units).</summary>
    public ArrayView<float> Sums;

    /// <summary>Learned numbers (gates + extras, units).</summary>
    public ArrayView<float> Vectors;

    /// <summary>Lengths (batch); of any size where they are not read.</summary>
    public ArrayView<int> Lengths;

    /// <summary>Outputs before the step.</summary>
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

    /// <summary>1 for the last step that ran, which no later one follows.</summary>
    public int IsLast;

    /// <summary>1 where gradients reach the outputs from outside.</summary>
    public int HasDHidden;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var row = index / Units;
        var unit = index - row * Units;
        var dh = Carried[index];
        if (IsLast == 0)
            dh += Recurrent[index];
        if (HasDHidden != 0)
            dh += DHidden[index];
        var place = row * TCell.Gates * Units + unit;
        if (Step >= 0 && Step >= Lengths[row])
        {
            Carried[index] = dh;
            UnitNumbers.Write(DX, place, Units, default, TCell.Gates);
            if (TCell.HasOwnProduct)
                UnitNumbers.Write(DProduct, place, Units, default, TCell.Gates);
            return;
        }
        var at = default(CellRecord<ScalarLane>);
        at.Kept = UnitNumbers.Read(Kept, row * TCell.Kept * Units + unit, Units, TCell.Kept);
        at.Extra = UnitNumbers.Read(Vectors, TCell.Gates * Units + unit, Units, TCell.Extras);
        at.DHidden = new(dh);
        at.Hidden = new(Hidden[index]);
        at.PriorHidden = new(Prior[index]);
        if (TCell.HasCell)
        {
            at.DCell = new(CarriedCell[index]);
            at.Cell = new(Cell[index]);
            at.PriorCell = new(PriorCell[index]);
        }
        var made = TCell.Back(at);
        Carried[index] = made.PriorHidden.Value;
        if (TCell.HasCell)
            CarriedCell[index] = made.PriorCell.Value;
        UnitNumbers.Write(DX, place, Units, made.X, TCell.Gates);
        if (TCell.HasOwnProduct)
            UnitNumbers.Write(DProduct, place, Units, made.P, TCell.Gates);
        var pitch = (int)(Sums.Length / (TCell.Gates + TCell.Extras));
        UnitNumbers.Add(Sums, index, pitch, made.X, TCell.Gates);
        UnitNumbers.Add(Sums, TCell.Gates * pitch + index, pitch, made.Extra, TCell.Extras);
    }
}
