using GpuNN.Kernels;

namespace GpuNN;

/// <summary>The memory and the shapes of one launch, fixed when the function is bound to its device.</summary>
public sealed class Operands
{
    private readonly View[] inputs;
    private readonly Shape[] shapes;

    internal Operands(View[] inputs, Shape[] shapes, View output, Shape shape)
    {
        this.inputs = inputs;
        this.shapes = shapes;
        Output = output;
        Shape = shape;
    }

    /// <summary>Memory of an operand.</summary>
    public View this[int operand] => inputs[operand];

    /// <summary>Number of operands.</summary>
    public int Length => inputs.Length;

    /// <summary>Memory of the output.</summary>
    public View Output { get; }

    /// <summary>Shape of the output.</summary>
    public Shape Shape { get; }

    /// <summary>Scratch memory, as long as the operation asked for.</summary>
    public View Workspace { get; internal set; }

    /// <summary>Shape of an operand.</summary>
    public Shape ShapeOf(int operand) => shapes[operand];
}
