using GpuNN.Kernels;

namespace GpuNN;

/// <summary>The memory and the shapes of one launch, fixed when the function is bound to its device.</summary>
public sealed class Operands
{
    private readonly View[] inputs;
    private readonly Shape[] shapes;
    private View output;

    internal Operands(View[] inputs, Shape[] shapes, View output, Shape shape)
    {
        this.inputs = inputs;
        this.shapes = shapes;
        this.output = output;
        Shape = shape;
    }

    /// <summary>Memory of an operand.</summary>
    public ref readonly View this[int operand] => ref inputs[operand];

    /// <summary>Number of operands.</summary>
    public int Length => inputs.Length;

    /// <summary>Memory of the output.</summary>
    public ref readonly View Output => ref output;

    /// <summary>Shape of the output.</summary>
    public Shape Shape { get; }

    /// <summary>Scratch memory, as long as the operation asked for.</summary>
    public View Workspace { get; internal set; }

    /// <summary>Operands that move through a sequence, by their number; the output has that behind the last one.</summary>
    internal IReadOnlyList<(int Operand, MovingView View)> Moving { get; init; } = [];

    internal void MoveTo(int iteration)
    {
        for (var i = 0; i < Moving.Count; i++)
        {
            var (operand, view) = Moving[i];
            if (operand < inputs.Length)
                inputs[operand] = view.At(iteration);
            else
                output = view.At(iteration);
        }
    }

    /// <summary>What the operation worked out from the shapes at its first launch, for those that follow.</summary>
    public object? Prepared { get; set; }

    /// <summary>Shape of an operand.</summary>
    public Shape ShapeOf(int operand) => shapes[operand];
}
