namespace GpuNN.Cells;

/// <summary>
/// What one unit of a recurrent layer does at one step, and the gradient of that, written once over a lane. A struct without fields. With
/// p = h' U the product of the units' states before the step, and x the inputs of the gates with their biases added.
/// </summary>
public interface IRecurrentCell
{
    /// <summary>Gates of a unit: each has an input x, a bias, and a column of the product p. 1 to 4.</summary>
    static abstract int Gates { get; }

    /// <summary>Learned numbers of a unit besides the biases of its gates: 0 to 3.</summary>
    static abstract int Extras { get; }

    /// <summary>Whether a unit has a cell c besides its output h.</summary>
    static abstract bool HasCell { get; }

    /// <summary>Numbers of a step that the gradient needs besides h and c: 0 to 4.</summary>
    static abstract int Kept { get; }

    /// <summary>Whether the gradient by the product differs from that by the input.</summary>
    static abstract bool HasOwnProduct { get; }

    /// <summary>The step.</summary>
    static abstract CellStep<T> Step<T>(in CellInputs<T> at) where T : struct, ILane<T>;

    /// <summary>The gradient of the step.</summary>
    static abstract CellGradients<T> Back<T>(in CellRecord<T> at) where T : struct, ILane<T>;
}

/// <summary>Numbers of a unit: one of each gate, or what else it learns or keeps.</summary>
public struct GateNumbers<T> where T : struct, ILane<T>
{
    /// <summary>The first.</summary>
    public T A;

    /// <summary>The second.</summary>
    public T B;

    /// <summary>The third.</summary>
    public T C;

    /// <summary>The fourth.</summary>
    public T D;
}

/// <summary>What a step starts from.</summary>
public struct CellInputs<T> where T : struct, ILane<T>
{
    /// <summary>Inputs of the gates, biases added.</summary>
    public GateNumbers<T> X;

    /// <summary>The product of the outputs before the step with the recurrent weights.</summary>
    public GateNumbers<T> P;

    /// <summary>Learned numbers.</summary>
    public GateNumbers<T> Extra;

    /// <summary>The unit's output before the step.</summary>
    public T PriorHidden;

    /// <summary>The unit's cell before the step.</summary>
    public T PriorCell;
}

/// <summary>What a step makes.</summary>
public struct CellStep<T> where T : struct, ILane<T>
{
    /// <summary>The output.</summary>
    public T Hidden;

    /// <summary>The cell.</summary>
    public T Cell;

    /// <summary>What is kept for the gradient.</summary>
    public GateNumbers<T> Kept;
}

// Structures stand before single numbers: ILGPU mislays one that is set behind those.
/// <summary>What is known of a step when its gradient is taken.</summary>
public struct CellRecord<T> where T : struct, ILane<T>
{
    /// <summary>What was kept.</summary>
    public GateNumbers<T> Kept;

    /// <summary>Learned numbers.</summary>
    public GateNumbers<T> Extra;

    /// <summary>The gradient of the loss by the output.</summary>
    public T DHidden;

    /// <summary>The gradient of the loss by the cell, as later steps see it.</summary>
    public T DCell;

    /// <summary>The output.</summary>
    public T Hidden;

    /// <summary>The output before the step.</summary>
    public T PriorHidden;

    /// <summary>The cell.</summary>
    public T Cell;

    /// <summary>The cell before the step.</summary>
    public T PriorCell;
}

/// <summary>The gradients of a step.</summary>
public struct CellGradients<T> where T : struct, ILane<T>
{
    /// <summary>By the inputs of the gates, which are those by their biases.</summary>
    public GateNumbers<T> X;

    /// <summary>By the product; read only where the cell has its own.</summary>
    public GateNumbers<T> P;

    /// <summary>By the learned numbers.</summary>
    public GateNumbers<T> Extra;

    /// <summary>By the output before the step, the product left out.</summary>
    public T PriorHidden;

    /// <summary>By the cell before the step.</summary>
    public T PriorCell;
}
