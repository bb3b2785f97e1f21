using GpuNN.Kernels;

namespace GpuNN.Tests;

internal static partial class Reference
{
    /// <summary>Local receptive fields y of x with w; see the operation for the formula.</summary>
    public static double[] ConnectLocally(double[] x, double[] w, ConvolutionShape shape)
    {
        var y = new double[shape.ElementsOfY];
        Taps(shape, (atY, atW, atX) => y[atY] += w[Local(atY, atW, shape)] * x[atX]);
        return y;
    }

    /// <summary>Its gradient dx by the images.</summary>
    public static double[] ConnectLocallyInputGradient(double[] dy, double[] w, ConvolutionShape shape)
    {
        var dx = new double[shape.ElementsOfX];
        Taps(shape, (atY, atW, atX) => dx[atX] += w[Local(atY, atW, shape)] * dy[atY]);
        return dx;
    }

    /// <summary>Its gradient dw by the weights.</summary>
    public static double[] ConnectLocallyWeightGradient(double[] x, double[] dy, ConvolutionShape shape)
    {
        var dw = new double[shape.ElementsOfW * shape.Window.OutPixels];
        Taps(shape, (atY, atW, atX) => dw[Local(atY, atW, shape)] += x[atX] * dy[atY]);
        return dw;
    }

    // A convolution's weights, each as often as there are outputs.
    private static int Local(int atY, int atW, ConvolutionShape shape) => atW * shape.Window.OutPixels + atY % shape.Window.OutPixels;
}
