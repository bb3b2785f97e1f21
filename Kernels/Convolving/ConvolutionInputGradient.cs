namespace GpuNN.Kernels;

/// <summary>
/// The gradient of a convolution by its input, made ready for a route: dx[n, c, p] = b[c] + the sum over all outputs and places of
/// the window that met pixel p of w[o, c, place] dy[n, o, output]. With a bias it is the transposed convolution, the adjoint of
/// the convolution. Sizes and layouts are those of the convolution, <see cref="ConvolutionShape"/>.
/// Source: Zeiler et al. (2010), "Deconvolutional networks".
/// </summary>
public sealed class ConvolutionInputGradient
{
    private readonly HostPatchProduct? host;
    private readonly Route route;
    private readonly ConvolutionShape shape;

    /// <summary>The gradient of a convolution of these sizes.</summary>
    public ConvolutionInputGradient(Route route, in ConvolutionShape shape)
    {
        (this.route, this.shape) = (route, shape);
        if (route is HostRoute processor)
            host = new HostPatchProduct(processor, shape, isGradient: true);
    }

    /// <summary>Floats of scratch that it needs.</summary>
    public long Workspace => host?.Workspace ?? DeviceConvolution.InputGradientWorkspace(shape);

    /// <summary>Launches it.</summary>
    /// <param name="dy">The gradient by the convolution's results.</param>
    /// <param name="w">Weights.</param>
    /// <param name="bias">A number for each input channel, or an empty view.</param>
    /// <param name="dx">The gradient by its images, overwritten.</param>
    /// <param name="workspace">At least <see cref="Workspace"/> floats of scratch.</param>
    /// <param name="end">What is done to finished elements, seen as (batch * inputs, pixels); null for nothing.</param>
    public void Run(in View dy, in View w, in View bias, in View dx, in View workspace, ProductEnd? end = null)
    {
        if (host is not null)
        {
            host.Run(dy, w, bias, dx, workspace, end);
            return;
        }
        DeviceConvolution.InputGradient((DeviceRoute)route, shape, dy, w, bias, dx, workspace);
        end?.Run(route);
    }
}
