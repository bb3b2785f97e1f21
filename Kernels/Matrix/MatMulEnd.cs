using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// What is done to finished elements of a matrix product while they are in cache: nothing, or a pointwise program over
/// (batch * rows, columns) whose operands may be the product itself, in place, and others (a bias, an activation, a residual).
/// </summary>
public readonly unsafe struct MatMulEnd
{
    private readonly delegate*<float**, int, void> program;
    private readonly int count;
    private readonly Addresses addresses;
    private readonly Kinds kinds;

    /// <summary>An end that calls a program for segments of rows.</summary>
    /// <param name="program">Takes the address of each operand at the segment's first element, and the segment's length.</param>
    /// <param name="operands">What the program reads and writes, in its order.</param>
    /// <param name="layout">How each operand runs over (batch * rows, columns).</param>
    public MatMulEnd(delegate*<float**, int, void> program, ReadOnlySpan<View> operands, ReadOnlySpan<LeafKind> layout)
    {
        if (operands.Length != layout.Length || operands.Length > PointwiseProgram.MostOperands)
        {
            throw new ArgumentException($"The end of a matrix product needs one kind an operand and at most " +
                $"{PointwiseProgram.MostOperands} operands, but got {operands.Length} operands and {layout.Length} kinds. Split the program.");
        }
        this.program = program;
        count = operands.Length;
        for (var i = 0; i < count; i++)
        {
            addresses[i] = (nint)operands[i].Pointer;
            kinds[i] = layout[i];
        }
    }

    /// <summary>Whether nothing is to be done.</summary>
    public bool IsEmpty => program == null;

    /// <summary>Does the end of the rectangle [top, bottom) x [left, right) of a product with this many columns.</summary>
    internal void Run(long top, long bottom, int left, int right, int columns)
    {
        var operands = stackalloc float*[PointwiseProgram.MostOperands];
        for (var row = top; row < bottom; row++)
        {
            for (var i = 0; i < count; i++)
            {
                operands[i] = (float*)addresses[i] + kinds[i] switch
                {
                    LeafKind.Full => row * columns + left,
                    LeafKind.Row => left,
                    LeafKind.Column => row,
                    _ => 0,
                };
            }
            program(operands, right - left);
        }
    }

    [InlineArray(PointwiseProgram.MostOperands)]
    private struct Addresses
    {
        private nint first;
    }

    [InlineArray(PointwiseProgram.MostOperands)]
    private struct Kinds
    {
        private LeafKind first;
    }
}
