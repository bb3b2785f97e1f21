using GpuNN.Cells;

namespace GpuNN.Kernels;

/// <summary>Where the numbers of one step of a recurrent layer lie on the host.</summary>
internal unsafe struct StepPlaces
{
    /// <summary>The step's place in the sequence.</summary>
    public int Step;

    /// <summary>Inputs.</summary>
    public float* X;

    /// <summary>Outputs before it.</summary>
    public float* Prior;

    /// <summary>Outputs after it.</summary>
    public float* Hidden;

    /// <summary>Cells before it, where there are cells.</summary>
    public float* PriorCell;

    /// <summary>Cells after it.</summary>
    public float* Cell;

    /// <summary>What it keeps for the gradient.</summary>
    public float* Kept;

    /// <summary>The places of the step that runs at a turn.</summary>
    public static StepPlaces Of<TCell>(in RecurrenceShape shape, in RecurrenceViews views, int turn) where TCell : struct, IRecurrentCell
    {
        var step = shape.Step(turn);
        var state = (long)step * shape.State;
        return new()
        {
            Step = step,
            X = views.X.Length > 0 ? views.X.Pointer + (long)step * shape.Batch * shape.Features : null,
            Prior = views.Hidden.Pointer + shape.AtPriors + state,
            Hidden = views.Hidden.Pointer + shape.AtStates + state,
            PriorCell = TCell.HasCell ? views.Cells.Pointer + shape.AtPriors + state : null,
            Cell = TCell.HasCell ? views.Cells.Pointer + shape.AtStates + state : null,
            Kept = TCell.Kept > 0 ? views.Kept.Pointer + state * TCell.Kept : null,
        };
    }
}
