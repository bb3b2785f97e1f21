using GpuNN.Kernels;

namespace GpuNN.Tests;

internal static partial class Reference
{
    private delegate void Tap(int y, int w, int x);

    /// <summary>Convolution y of x with w, plus a bias an output channel; see the shape for the formula.</summary>
    public static double[] Convolve(double[] x, double[] w, double[]? b, ConvolutionShape shape)
    {
        var y = Biased(b, shape.Batch, shape.Outputs, shape.Window.OutPixels);
        Taps(shape, (atY, atW, atX) => y[atY] += w[atW] * x[atX]);
        return y;
    }

    /// <summary>Gradient dx of a convolution's input, plus a bias a channel of x: what a transposed convolution computes.</summary>
    public static double[] ConvolveInputGradient(double[] dy, double[] w, double[]? b, ConvolutionShape shape)
    {
        var dx = Biased(b, shape.Batch, shape.Inputs, shape.Window.Pixels);
        Taps(shape, (atY, atW, atX) => dx[atX] += w[atW] * dy[atY]);
        return dx;
    }

    /// <summary>Gradient dw of a convolution's weights.</summary>
    public static double[] ConvolveWeightGradient(double[] x, double[] dy, ConvolutionShape shape)
    {
        var dw = new double[shape.ElementsOfW];
        Taps(shape, (atY, atW, atX) => dw[atW] += x[atX] * dy[atY]);
        return dw;
    }

    // Calls for every product of the formula, with the places of its numbers in y, w and x.
    private static void Taps(ConvolutionShape shape, Tap tap)
    {
        var window = shape.Window;
        for (var n = 0; n < shape.Batch; n++)
        {
            for (var o = 0; o < shape.Outputs; o++)
            {
                for (var pixel = 0; pixel < window.OutPixels; pixel++)
                {
                    for (var term = 0; term < shape.Terms; term++)
                    {
                        var (c, place) = (term / window.Places, term % window.Places);
                        var row = pixel / window.OutWidth * window.RowStride + place / window.WindowWidth * window.RowDilation - window.Top;
                        var column = pixel % window.OutWidth * window.ColumnStride + place % window.WindowWidth * window.ColumnDilation - window.Left;
                        if (row < 0 || row >= window.Height || column < 0 || column >= window.Width)
                            continue;
                        var channel = o / shape.GroupOutputs * shape.GroupInputs + c;
                        tap((n * shape.Outputs + o) * window.OutPixels + pixel, o * shape.Terms + term,
                            ((n * shape.Inputs + channel) * window.Height + row) * window.Width + column);
                    }
                }
            }
        }
    }

    private static double[] Biased(double[]? bias, int batch, int channels, int pixels)
    {
        var values = new double[batch * channels * pixels];
        for (var k = 0; bias is not null && k < values.Length; k++)
            values[k] = bias[k / pixels % channels];
        return values;
    }
}
