namespace GpuNN.Kernels;

/// <summary>How an operand of a pointwise program runs over (outer, inner).</summary>
public enum LeafKind
{
    /// <summary>One number for each element: index outer * inner size + inner.</summary>
    Full,

    /// <summary>One number for each inner position, the same for every outer one.</summary>
    Row,

    /// <summary>One number for each outer position.</summary>
    Column,

    /// <summary>One number.</summary>
    Scalar,
}

/// <summary>Which method of a pointwise function a line calls.</summary>
public enum PointwisePart
{
    /// <summary>The function's value.</summary>
    Value,

    /// <summary>The derivative of an <see cref="IPointwise"/>: arguments x and y = f(x).</summary>
    Slope,
}

/// <summary>
/// One line of a pointwise program: a call of a function on earlier values. Values are numbered leaves first, then
/// constants, then the results of the lines in order.
/// </summary>
/// <param name="Function">A struct that implements <see cref="IPointwise"/>, <see cref="IPointwisePair"/> or <see cref="IPointwiseChoice"/>.</param>
/// <param name="Part">Which of its methods.</param>
/// <param name="Arguments">The numbers of the values it takes.</param>
public sealed record PointwiseLine(Type Function, PointwisePart Part, int[] Arguments);

/// <summary>
/// A straight-line program of pointwise functions over broadcast operands: what fusion makes of a group of nodes.
/// Two programs of equal <see cref="Key"/> share their compiled code, whatever their constants are.
/// </summary>
/// <param name="leaves">How each operand runs over (outer, inner).</param>
/// <param name="constants">How many constants it reads.</param>
/// <param name="lines">The calls, in order.</param>
/// <param name="outputs">The numbers of the values that are stored, each over every element.</param>
public sealed class PointwiseProgram(LeafKind[] leaves, int constants, PointwiseLine[] lines, int[] outputs)
{
    /// <summary>The most operands and outputs together that one program may have.</summary>
    public const int MostOperands = 16;

    /// <summary>How each operand runs over (outer, inner).</summary>
    public LeafKind[] Leaves { get; } = leaves;

    /// <summary>How many constants it reads.</summary>
    public int Constants { get; } = constants;

    /// <summary>The calls, in order.</summary>
    public PointwiseLine[] Lines { get; } = lines;

    /// <summary>The numbers of the values that are stored, each over every element.</summary>
    public int[] Outputs { get; } = outputs;

    /// <summary>Whether rows mean nothing to it: every operand has a number for each element or one for all.</summary>
    internal bool IsFlat { get; } = Array.TrueForAll(leaves, leaf => leaf is LeafKind.Full or LeafKind.Scalar);

    /// <summary>Text that two programs share when they are the same code.</summary>
    public string Key { get; } = string.Join(' ',
        string.Concat(leaves.Select(leaf => leaf.ToString()[0])), constants,
        string.Join(';', lines.Select(line => $"{line.Function.AssemblyQualifiedName}.{line.Part}({string.Join(',', line.Arguments)})")),
        string.Join(',', outputs));
}
