using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// What is done to finished elements of a matrix product while they are in cache: nothing, or a pointwise program over
/// (batch * rows, columns) whose operands may be the product itself, in place, and others (a bias, an activation, a residual).
/// </summary>
public readonly unsafe struct MatMulEnd
{
    private const int MostPlaces = PointwiseProgram.MostOperands + 1;

    private readonly delegate*<float**, int, void> program;
    private readonly int width;
    private readonly int leaves;
    private readonly int outputs;
    private readonly bool flat;
    private readonly Addresses addresses;
    private readonly Kinds kinds;

    /// <summary>An end that runs a program over segments of rows.</summary>
    /// <param name="program">Takes the address of each leaf, output and the constants at the segment's first element, and a length that is a multiple of the width.</param>
    /// <param name="width">Floats in the program's vectors.</param>
    /// <param name="leaves">What the program reads.</param>
    /// <param name="layout">How each leaf runs over (batch * rows, columns).</param>
    /// <param name="outputs">What it writes, each over every element.</param>
    /// <param name="constants">Its constants.</param>
    public MatMulEnd(
        delegate*<float**, int, void> program, int width, ReadOnlySpan<View> leaves, ReadOnlySpan<LeafKind> layout, ReadOnlySpan<View> outputs, View constants)
    {
        if (leaves.Length != layout.Length || leaves.Length + outputs.Length > PointwiseProgram.MostOperands)
            throw new ArgumentException($"The end of a matrix product needs one kind a leaf and at most " +
                $"{PointwiseProgram.MostOperands} operands, but got {leaves.Length} leaves, {outputs.Length} outputs and {layout.Length} kinds. Split the program.");
        this.program = program;
        this.width = width;
        this.leaves = leaves.Length;
        this.outputs = outputs.Length;
        flat = true;
        for (var i = 0; i < leaves.Length; i++)
        {
            addresses[i] = (nint)leaves[i].Pointer;
            kinds[i] = layout[i];
            flat &= layout[i] is LeafKind.Full or LeafKind.Scalar;
        }
        for (var i = 0; i < outputs.Length; i++)
        {
            addresses[leaves.Length + i] = (nint)outputs[i].Pointer;
            kinds[leaves.Length + i] = LeafKind.Full;
        }
        addresses[leaves.Length + outputs.Length] = (nint)constants.Pointer;
        kinds[leaves.Length + outputs.Length] = LeafKind.Scalar;
    }

    /// <summary>Whether nothing is to be done.</summary>
    public bool IsEmpty => program == null;

    private int Places => leaves + outputs + 1;

    /// <summary>Does the end of the rectangle [top, bottom) x [left, right) of a product with this many columns.</summary>
    [SkipLocalsInit]
    internal void Run(long top, long bottom, int left, int right, int columns)
    {
        if (flat && right - left == columns)
        {
            // Without rows or columns among the operands, whole rows are one segment.
            Segment(top, 0, (int)((bottom - top) * columns), columns);
            return;
        }
        for (var row = top; row < bottom; row++)
            Segment(row, left, right - left, columns);
    }

    [SkipLocalsInit]
    private void Segment(long row, int left, int count, int columns)
    {
        var at = stackalloc float*[MostPlaces];
        for (var i = 0; i < Places; i++)
            at[i] = (float*)addresses[i] + kinds[i] switch
            {
                LeafKind.Full => row * columns + left,
                LeafKind.Row => left,
                LeafKind.Column => row,
                _ => 0,
            };
        var whole = count & -width;
        if (whole > 0)
            program(at, whole);
        if (whole < count)
            Tail(at, whole, count - whole);
    }

    // The program runs on copies of the last elements, so that no memory behind the segment is touched.
    [SkipLocalsInit]
    private void Tail(float** at, int done, int count)
    {
        var part = stackalloc float*[MostPlaces];
        var room = stackalloc float[(MostPlaces + 1) * 16];
        room = (float*)(((nint)room + 63) & -64);
        for (var i = 0; i < Places; i++)
        {
            part[i] = at[i];
            if (kinds[i] is not (LeafKind.Full or LeafKind.Row))
                continue;
            part[i] = room;
            room += 16;
            if (i >= leaves)
                continue;
            for (var k = 0; k < width; k++)
                part[i][k] = k < count ? at[i][done + k] : 1f;
        }
        program(part, width);
        for (var i = leaves; i < leaves + outputs; i++)
            for (var k = 0; k < count; k++)
                at[i][done + k] = part[i][k];
    }

    [InlineArray(MostPlaces)]
    private struct Addresses
    {
        private nint first;
    }

    [InlineArray(MostPlaces)]
    private struct Kinds
    {
        private LeafKind first;
    }
}
