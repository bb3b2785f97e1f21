namespace GpuNN.Kernels;

/// <summary>
/// A pointwise program that a matrix product runs over its own output: on the host while that is in cache, on a device
/// right behind it.
/// </summary>
public sealed unsafe class ProductEnd
{
    private readonly PointwiseKernel kernel;
    private readonly View[] leaves;
    private readonly View constants;
    private readonly View[] outputs;
    private readonly int rows;
    private readonly int columns;
    private MatMulEnd onHost;

    /// <summary>The end of a product of (rows, columns), batch rows included.</summary>
    /// <param name="kernel">The program; its leaves run over (rows, columns).</param>
    /// <param name="leaves">Its operands, the product among them.</param>
    /// <param name="constants">Its constants.</param>
    /// <param name="outputs">What it writes; the product's own memory may be one.</param>
    /// <param name="rows">Rows of all items of the batch.</param>
    /// <param name="columns">Columns.</param>
    public ProductEnd(PointwiseKernel kernel, View[] leaves, View constants, View[] outputs, int rows, int columns)
    {
        this.kernel = kernel;
        this.leaves = leaves;
        this.constants = constants;
        this.outputs = outputs;
        this.rows = rows;
        this.columns = columns;
    }

    internal MatMulEnd On(HostRoute host)
    {
        if (onHost.IsEmpty)
            onHost = new MatMulEnd(kernel.HostRows(host.LaneWidth), host.LaneWidth, leaves, kernel.Program.Leaves, outputs, constants);
        return onHost;
    }

    internal void RunAfter(Route route) => kernel.Run(route, leaves, constants, outputs, rows, columns);
}
