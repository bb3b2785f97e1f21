namespace GpuNN.Kernels;

/// <summary>
/// A pointwise program that a matrix product, a convolution or a normalisation applies to its finished elements while they are in
/// cache: a bias, an activation, a residual. It runs over (batch * rows, columns), of images (batch * channels, pixels); one of
/// its leaves is the product, in place.
/// </summary>
public sealed unsafe class ProductEnd
{
    private readonly PointwiseKernel kernel;
    private readonly View[] leaves;
    private readonly View constants;
    private readonly View[] outputs;
    private readonly int outer;
    private readonly int inner;
    private readonly nint[] places;
    private readonly nint[] rowStrides;
    private readonly nint[] columnStrides;

    /// <summary>The program with its operands; see <see cref="PointwiseKernel.Run"/>.</summary>
    /// <param name="kernel">The program.</param>
    /// <param name="leaves">Its operands; the product's memory is one of them.</param>
    /// <param name="constants">The constants' values; any view where the program has none.</param>
    /// <param name="outputs">Its results; one may be the product's memory.</param>
    /// <param name="outer">Rows of all items of the product.</param>
    /// <param name="inner">Columns of the product.</param>
    public ProductEnd(PointwiseKernel kernel, View[] leaves, View constants, View[] outputs, int outer, int inner)
    {
        this.kernel = kernel;
        this.leaves = leaves;
        this.constants = constants;
        this.outputs = outputs;
        this.outer = outer;
        this.inner = inner;
        var kinds = kernel.Program.Leaves;
        places = new nint[leaves.Length + outputs.Length + 1];
        Move();
        var line = (nint)inner * sizeof(float);
        rowStrides = [.. kinds.Select(kind => kind == LeafKind.Full ? line : kind == LeafKind.Column ? sizeof(float) : 0), .. outputs.Select(_ => line), 0];
        columnStrides = [.. kinds.Select(kind => kind is LeafKind.Full or LeafKind.Row ? sizeof(float) : (nint)0), .. outputs.Select(_ => (nint)sizeof(float)), 0];
    }

    /// <summary>Takes up what the arrays of operands and results hold now.</summary>
    public void Move()
    {
        for (var k = 0; k < leaves.Length; k++)
            places[k] = (nint)leaves[k].Pointer;
        for (var k = 0; k < outputs.Length; k++)
            places[leaves.Length + k] = (nint)outputs[k].Pointer;
        places[^1] = (nint)constants.Pointer;
    }

    /// <summary>Applies the program to the whole product, in a launch of its own.</summary>
    internal void Run(Route route) => kernel.Run(route, leaves, constants, outputs, outer, inner);

    /// <summary>Applies the program to the rectangle [top, bottom) x [left, right), on the calling thread of the host.</summary>
    internal void Run(int lanes, long top, long bottom, int left, int right)
    {
        var at = stackalloc float*[PointwiseProgram.MostOperands + 1];
        for (var k = 0; k < places.Length; k++)
            at[k] = (float*)(places[k] + (nint)top * rowStrides[k] + left * columnStrides[k]);
        fixed (nint* strides = rowStrides)
            kernel.RunRows(at, right - left, (int)(bottom - top), strides, lanes);
    }
}
