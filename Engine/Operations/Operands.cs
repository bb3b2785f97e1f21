using GpuNN.Kernels;

namespace GpuNN;

/// <summary>The memory and the shapes of one launch, fixed when the function is bound to its device.</summary>
public sealed class Operands
{
    private readonly View[] views;
    private readonly Shape[] shapes;

    /// <param name="views">The memory of the operands, of the output, and the scratch memory.</param>
    /// <param name="shapes">Shapes of the operands.</param>
    /// <param name="shape">Shape of the output.</param>
    /// <param name="site">The function that launches.</param>
    internal Operands(View[] views, Shape[] shapes, Shape shape, Site site)
    {
        this.views = views;
        this.shapes = shapes;
        Shape = shape;
        Site = site;
    }

    /// <summary>Memory of an operand.</summary>
    public ref readonly View this[int operand] => ref views[operand];

    /// <summary>Number of operands.</summary>
    public int Length => shapes.Length;

    /// <summary>Memory of the output.</summary>
    public ref readonly View Output => ref views[shapes.Length];

    /// <summary>Shape of the output.</summary>
    public Shape Shape { get; }

    /// <summary>Scratch memory, as long as the operation asked for.</summary>
    public ref readonly View Workspace => ref views[shapes.Length + 1];

    /// <summary>What the operation worked out from the shapes at its first launch, for those that follow.</summary>
    public object? Prepared { get; set; }

    /// <summary>Memory of the operands, of the output, and the scratch memory; a loop around the launch moves them.</summary>
    internal View[] Views => views;

    /// <summary>The function that launches.</summary>
    internal Site Site { get; }

    /// <summary>Shapes of the operands.</summary>
    public ReadOnlySpan<Shape> Shapes => shapes;

    /// <summary>Shape of an operand.</summary>
    public Shape ShapeOf(int operand) => shapes[operand];
}
