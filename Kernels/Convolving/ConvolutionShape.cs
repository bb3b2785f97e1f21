namespace GpuNN.Kernels;

/// <summary>
/// Sizes of a convolution y[n, o, i, j] = b[o] + sum over c, u, v of w[o, c, u, v] x[n, first + c, row(i, u), column(j, v)], where
/// the window says which pixel that is and pixels outside the image are 0. Output o of group g sees the inputs of that group.
/// Shapes: x (batch, inputs, height, width), w (outputs, inputs / groups, window height, window width), b (outputs) or empty,
/// y (batch, outputs, out height, out width); all dense and row-major. Any size but the window's may be 0.
/// Source: LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition".
/// </summary>
/// <param name="Batch">Images.</param>
/// <param name="Inputs">Channels of x.</param>
/// <param name="Outputs">Channels of y.</param>
/// <param name="Groups">Groups of channels that do not see each other; divides inputs and outputs.</param>
/// <param name="Window">How the window slides over an image.</param>
public readonly record struct ConvolutionShape(int Batch, int Inputs, int Outputs, int Groups, WindowShape Window)
{
    /// <summary>Inputs that an output sees.</summary>
    public int GroupInputs => Inputs / Groups;

    /// <summary>Outputs of a group.</summary>
    public int GroupOutputs => Outputs / Groups;

    /// <summary>Terms of an output's sum: inputs of its group times places of the window.</summary>
    public int Terms => GroupInputs * Window.Places;

    /// <summary>Elements of x.</summary>
    public long ElementsOfX => (long)Batch * Inputs * Window.Pixels;

    /// <summary>Elements of w.</summary>
    public long ElementsOfW => (long)Outputs * Terms;

    /// <summary>Elements of y.</summary>
    public long ElementsOfY => (long)Batch * Outputs * Window.OutPixels;

    /// <summary>Multiply-adds of a pass, padding counted as well.</summary>
    public long MultiplyAdds => ElementsOfY * Terms;
}
