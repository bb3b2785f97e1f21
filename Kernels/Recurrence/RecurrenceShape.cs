namespace GpuNN.Kernels;

/// <summary>
/// Sizes of a recurrent layer's run over a sequence, steps on the outermost axis. States of all steps lie one behind the other in the order of
/// the steps, with the initial state before the first step's or, of a run from the last step to the first, behind the last step's:
/// so the states before each step are a run of neighbours too.
/// </summary>
/// <param name="Steps">Steps of the sequence.</param>
/// <param name="Batch">Sequences.</param>
/// <param name="Features">Numbers of an input.</param>
/// <param name="Units">Units of the layer, at least 1.</param>
/// <param name="Backwards">Whether it runs from the last step to the first.</param>
public readonly record struct RecurrenceShape(int Steps, int Batch, int Features, int Units, bool Backwards)
{
    /// <summary>Rows of all inputs.</summary>
    public int Rows => checked(Steps * Batch);

    /// <summary>Numbers of a state.</summary>
    public int State => Batch * Units;

    /// <summary>Numbers of all states, the initial one and the gap before it included.</summary>
    public int States => checked(AtStates + (Steps + (Backwards ? 1 : 0)) * State);

    /// <summary>Where the states after the steps begin.</summary>
    public int AtStates => Backwards ? 0 : (int)HostMemory.Room(State);

    /// <summary>Where the states before the steps begin.</summary>
    public int AtPriors => Backwards ? State : AtStates - State;

    /// <summary>Where the initial state lies.</summary>
    public int AtInitial => Backwards ? Steps * State : AtPriors;

    /// <summary>Where the state after the last step that runs lies.</summary>
    public int AtLast => Backwards ? 0 : AtStates + (Steps - 1) * State;

    /// <summary>The step that runs at a turn.</summary>
    public int Step(int turn) => Backwards ? Steps - 1 - turn : turn;
}
