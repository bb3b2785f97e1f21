using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>The host forms of local receptive fields and their gradients against plain loops in doubles, at larger sizes.</summary>
[Category("Kernels")]
public sealed class LocalConnectionTests
{
    private static readonly (string What, ConvolutionShape Shape)[] cases =
    [
        ("no images", Of([0, 3, 5, 6], 4, new(3))),
        ("no inputs", Of([2, 0, 5, 6], 4, new(3))),
        ("no outputs", Of([2, 3, 5, 6], 0, new(3))),
        ("one image", Of([1, 3, 13, 11], 7, new(3, 1, 1))),
        ("images and outputs that are no fours", Of([7, 3, 9, 10], 6, new(3, 1, 1))),
        ("bands of a large image", Of([3, 9, 40, 61], 5, new(3, 1, 1))),
        ("several blocks of images", Of([70, 2, 19, 20], 3, new(3))),
        ("strides and dilation", Of([5, 4, 20, 19], 6, new(3, (3, 2), 2, (2, 3)))),
        ("strides beyond the image", Of([3, 4, 3, 4], 5, new(2, 7))),
        ("padding on one side", Of([2, 3, 7, 39], 4, new((2, 5), 1, Padding.Explicit(0, 2, 3, 0)))),
        ("pixels alone", Of([6, 5, 8, 8], 9, new(1))),
    ];

    private static IEnumerable<TestCaseData> Cases => cases.Select(each => new TestCaseData(each.Shape).SetArgDisplayNames(each.What));

    [TestCaseSource(nameof(Cases))]
    public void The_three_passes_agree(ConvolutionShape shape)
    {
        var ofW = (int)shape.ElementsOfW * shape.Window.OutPixels;
        var (x, w, dy) = (Numbers.Uniform((int)shape.ElementsOfX), Numbers.Uniform(ofW, seed: 2), Numbers.Uniform((int)shape.ElementsOfY, seed: 3));
        Verify(Reference.ConnectLocally(Wide(x), Wide(w), shape), shape.Terms, at =>
        {
            var y = at.Output(shape.ElementsOfY);
            var connection = new LocalConnection(at.Route, shape);
            connection.Run(at.Input(x), at.Input(w), y, at.Output(connection.Workspace));
            return at.Read(y);
        });
        Verify(Reference.ConnectLocallyInputGradient(Wide(dy), Wide(w), shape), shape.Outputs * shape.Window.Places, at =>
        {
            var dx = at.Output(shape.ElementsOfX);
            var gradient = new LocalInputGradient(at.Route, shape);
            gradient.Run(at.Input(dy), at.Input(w), dx, at.Output(gradient.Workspace));
            return at.Read(dx);
        });
        Verify(Reference.ConnectLocallyWeightGradient(Wide(x), Wide(dy), shape), shape.Batch, at =>
        {
            var dw = at.Output(ofW);
            var gradient = new LocalWeightGradient(at.Route, shape);
            gradient.Run(at.Input(x), at.Input(dy), dw, at.Output(gradient.Workspace));
            return at.Read(dw);
        });
    }

    private static void Verify(double[] expected, int terms, Func<KernelMemory, float[]> run) =>
        KernelRoutes.Verify(expected, 1e-5, run, absolute: 1e-5 * (1 + Math.Sqrt(terms) / 3), onDevices: false);

    private static ConvolutionShape Of(Shape x, int outputs, Window window) => new(x[0], x[1], outputs, 1, window.Over(x[2], x[3])!.Value);

    private static double[] Wide(float[] x) => [.. x.Select(v => (double)v)];
}
