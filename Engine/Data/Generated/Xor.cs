namespace GpuNN;

/// <summary>
/// Exclusive or: the four corners of the unit square, 1 where exactly one input is 1. No line separates the classes.
/// Shapes: items (2).
/// Source: Minsky and Papert (1969), "Perceptrons".
/// </summary>
public static class Xor
{
    /// <summary>The four rows with 0 or 1 as the number to predict; targets (1).</summary>
    public static DataSet Numbers => DataSet.WithTargets([0, 0, 0, 1, 1, 0, 1, 1], [2], [0, 1, 1, 0], [1]);

    /// <summary>The four rows with 0 or 1 as the class.</summary>
    public static DataSet Labels => DataSet.WithLabels([0, 0, 0, 1, 1, 0, 1, 1], [2], [0, 1, 1, 0], classes: 2);
}
