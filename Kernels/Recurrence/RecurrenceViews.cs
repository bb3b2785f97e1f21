namespace GpuNN.Kernels;

/// <summary>The memory of a recurrent layer's run; see <see cref="RecurrenceKernels{TCell}"/> for the shapes.</summary>
public struct RecurrenceViews
{
    /// <summary>Inputs.</summary>
    public View X;

    /// <summary>Input weights.</summary>
    public View InputWeights;

    /// <summary>Recurrent weights.</summary>
    public View Weights;

    /// <summary>Biases and other learned numbers of the units.</summary>
    public View Vectors;

    /// <summary>Length of each sequence; empty where all are whole.</summary>
    public View Lengths;

    /// <summary>Outputs of all steps with the initial ones.</summary>
    public View Hidden;

    /// <summary>Cells of all steps with the initial ones; empty where there are none.</summary>
    public View Cells;

    /// <summary>What the steps keep for the gradient.</summary>
    public View Kept;

    /// <summary>Scratch.</summary>
    public View Workspace;
}

/// <summary>The memory of the gradient of a recurrent layer's run.</summary>
public struct RecurrenceGradientViews
{
    /// <summary>By the outputs of all steps; empty for none.</summary>
    public View DHidden;

    /// <summary>By the output after the last step.</summary>
    public View DLastHidden;

    /// <summary>By the cell after the last step; empty where there is none.</summary>
    public View DLastCell;

    /// <summary>By the inputs; empty where it is not wanted.</summary>
    public View DX;

    /// <summary>By the input weights; empty where they do not learn.</summary>
    public View DInputWeights;

    /// <summary>By the recurrent weights; empty where they do not learn.</summary>
    public View DWeights;

    /// <summary>By the learned numbers of the units.</summary>
    public View DVectors;

    /// <summary>By the initial outputs.</summary>
    public View DInitialHidden;

    /// <summary>By the initial cells; empty where there are none.</summary>
    public View DInitialCell;
}
