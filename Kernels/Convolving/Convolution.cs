namespace GpuNN.Kernels;

/// <summary>
/// A convolution made ready for a route; see <see cref="ConvolutionShape"/> for the formula and the layout of the operands.
/// Per image: the source is read once into copies that stay in cache, the results are written once.
/// </summary>
public sealed class Convolution
{
    private readonly HostPatchProduct? host;
    private readonly Route route;
    private readonly ConvolutionShape shape;

    /// <summary>A convolution of these sizes.</summary>
    public Convolution(Route route, in ConvolutionShape shape)
    {
        (this.route, this.shape) = (route, shape);
        if (route is HostRoute processor)
            host = new HostPatchProduct(processor, shape, isGradient: false);
    }

    /// <summary>Floats of scratch that it needs.</summary>
    public long Workspace => host?.Workspace ?? DeviceConvolution.ForwardWorkspace(shape);

    /// <summary>Launches it.</summary>
    /// <param name="x">Images.</param>
    /// <param name="w">Weights.</param>
    /// <param name="bias">A number for each output channel, or an empty view.</param>
    /// <param name="y">Results, overwritten.</param>
    /// <param name="workspace">At least <see cref="Workspace"/> floats of scratch.</param>
    /// <param name="end">What is done to finished elements, seen as (batch * outputs, pixels); null for nothing.</param>
    public void Run(in View x, in View w, in View bias, in View y, in View workspace, ProductEnd? end = null)
    {
        if (host is not null)
        {
            host.Run(x, w, bias, y, workspace, end);
            return;
        }
        DeviceConvolution.Forward((DeviceRoute)route, shape, x, w, bias, y, workspace);
        end?.Run(route);
    }
}
