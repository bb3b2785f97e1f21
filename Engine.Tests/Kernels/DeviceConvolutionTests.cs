using GpuNN.Kernels;
using ILGPU;
using ILGPU.Runtime.CPU;

namespace GpuNN.Tests;

/// <summary>The device forms of a convolution's three passes against plain loops in doubles.</summary>
[Category("Kernels")]
public sealed class DeviceConvolutionTests
{
    // Sizes divide no tile; most have enough rows and columns for tiles on ILGPU's simulator, whose groups have 16 threads.
    private static readonly ConvolutionShape[] shapes =
    [
        Of(1, 1, 1, 1, (1, 1), (1, 1)),
        Of(2, 3, 9, 1, (7, 6), (3, 3), pad: 1),
        Of(1, 9, 17, 1, (5, 9), (3, 2)),
        Of(2, 8, 16, 1, (6, 6), (1, 1)),
        Of(1, 12, 12, 1, (5, 7), (1, 1)),
        Of(3, 4, 10, 1, (9, 8), (3, 3), stride: 2, pad: 1),
        Of(2, 9, 8, 1, (10, 11), (5, 4), stride: 3, pad: 2),
        Of(2, 9, 8, 1, (8, 7), (2, 2), stride: 3),
        Of(1, 10, 9, 1, (9, 9), (1, 1), stride: 2),
        Of(2, 8, 9, 1, (11, 10), (3, 3), dilation: 2, pad: 2),
        Of(1, 9, 8, 1, (13, 12), (3, 3), stride: 2, dilation: 2, pad: 1),
        Of(1, 9, 8, 1, (14, 15), (4, 3), stride: 4, dilation: 6, pad: 9),
        Of(2, 16, 24, 2, (6, 5), (3, 3), pad: 1),
        Of(2, 6, 6, 6, (7, 8), (3, 3), pad: 1),
        Of(1, 4, 8, 4, (7, 7), (3, 3), stride: 2, pad: 1),
        Of(2, 8, 33, 1, (1, 20), (1, 5)),
        Of(1, 33, 40, 1, (6, 7), (3, 3), pad: 1),
        Of(1, 8, 8, 1, (16, 16), (8, 8), stride: 8),
        new(2, 8, 9, 1, new WindowShape(7, 9, 3, 2, 2, 1, 1, 3, 0, 2, 4, 7)),
        new(1, 9, 8, 1, new WindowShape(6, 5, 2, 3, 1, 2, 2, 1, 3, 1, 9, 3)),
    ];

    private static readonly ConvolutionShape[] empty =
    [
        Of(0, 3, 9, 1, (7, 6), (3, 3)), Of(2, 0, 9, 1, (4, 6), (3, 3)), Of(2, 9, 0, 1, (4, 6), (3, 3), stride: 2),
        new(2, 9, 10, 1, new WindowShape(3, 0, 1, 1, 1, 1, 1, 1, 0, 1, 3, 2)), new(2, 9, 10, 1, new WindowShape(3, 4, 3, 3, 1, 1, 1, 1, 0, 0, 1, 0)),
    ];

    // Sums that are long enough to be split: over terms, over outputs, over pixels.
    private static readonly ConvolutionShape[] split =
    [
        Of(1, 60, 9, 1, (4, 5), (3, 3)), Of(1, 9, 60, 1, (4, 5), (3, 3)), Of(2, 2, 9, 1, (17, 18), (2, 2)), Of(3, 1, 3, 1, (16, 16), (3, 2), stride: 1, pad: 1),
    ];

    [Test]
    public void Every_pass_agrees([ValueSource(nameof(shapes))] ConvolutionShape shape) => Verify(KernelRoutes.Devices, shape);

    [Test]
    public void Empty_sums_are_the_bias_and_empty_results_nothing([ValueSource(nameof(empty))] ConvolutionShape shape) => Verify(KernelRoutes.Devices, shape);

    [Test]
    public void Split_sums_agree([ValueSource(nameof(split))] ConvolutionShape shape)
    {
        Assert.That(Math.Max(DeviceConvolution.ForwardWorkspace(shape),
            Math.Max(DeviceConvolution.InputGradientWorkspace(shape), DeviceConvolution.WeightGradientWorkspace(shape))), Is.Positive);
        Verify(KernelRoutes.Devices, shape);
    }

    // Tiles follow the group: 2 x 2 threads are too few for any, 8 x 8 make tiles of 32 and 64.
    [TestCase(2, 2)]
    [TestCase(8, 8)]
    public void Every_group_size_agrees(int threads, int warps)
    {
        var context = Context.Create(builder => builder.CPU(new CPUDevice(threads, warps, 1)));
        using var route = new DeviceRoute(context.CreateCPUAccelerator(0), "ilgpu-cpu");
        Assert.That(route.GroupSize, Is.EqualTo(threads * warps));
        Verify([route], Of(1, 9, 17, 1, (5, 9), (3, 2)));
        Verify([route], Of(1, 8, 16, 1, (4, 8), (1, 1)));
        Verify([route], Of(1, 64, 64, 1, (8, 9), (1, 1)));
    }

    // Small whole numbers have sums without rounding: whatever the order, the bits must be those of the reference.
    [Test]
    public void Whole_numbers_come_out_whole()
    {
        var shape = Of(2, 9, 17, 1, (7, 6), (3, 3), stride: 2, pad: 1);
        var x = Numbers.Integers((int)shape.ElementsOfX, 9).Select(v => v - 4f).ToArray();
        var w = Numbers.Integers((int)shape.ElementsOfW, 9, seed: 3).Select(v => v - 4f).ToArray();
        var expected = Reference.Convolve(Wide(x), Wide(w), null, shape);
        foreach (var route in KernelRoutes.Devices)
            Assert.That(Forward(route, shape, x, w, []), Is.EqualTo(expected), route.Name);
    }

    [Test]
    public void A_convolution_beyond_32_bits_is_refused() => Assert.That(
        () => DeviceConvolution.ForwardWorkspace(Of(4096, 64, 1, 1, (128, 128), (1, 1))),
        Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("the convolution's input has 4,294,967,296"));

    private static void Verify(IEnumerable<Route> routes, ConvolutionShape shape)
    {
        var (x, w, dy) = (Numbers.Uniform((int)shape.ElementsOfX), Numbers.Uniform((int)shape.ElementsOfW, seed: 2), Numbers.Uniform((int)shape.ElementsOfY, seed: 3));
        var (ofOutputs, ofInputs) = (Numbers.Uniform(shape.Outputs, seed: 4), Numbers.Uniform(shape.Inputs, seed: 5));
        foreach (var route in routes)
        {
            foreach (var isBiased in new[] { false, true })
            {
                Close("y", Reference.Convolve(Wide(x), Wide(w), isBiased ? Wide(ofOutputs) : null, shape), Forward(route, shape, x, w, isBiased ? ofOutputs : []));
                var dx = KernelMemory.Run(route, at =>
                {
                    var result = at.Output(shape.ElementsOfX);
                    DeviceConvolution.InputGradient((DeviceRoute)route, shape, at.Input(dy), at.Input(w), isBiased ? at.Input(ofInputs) : default, result,
                        at.Output(DeviceConvolution.InputGradientWorkspace(shape)));
                    return at.Read(result);
                });
                Close("dx", Reference.ConvolveInputGradient(Wide(dy), Wide(w), isBiased ? Wide(ofInputs) : null, shape), dx);
            }
            var dw = KernelMemory.Run(route, at =>
            {
                var result = at.Output(shape.ElementsOfW);
                DeviceConvolution.WeightGradient((DeviceRoute)route, shape, at.Input(x), at.Input(dy), result, at.Output(DeviceConvolution.WeightGradientWorkspace(shape)));
                return at.Read(result);
            });
            Close("dw", Reference.ConvolveWeightGradient(Wide(x), Wide(dy), shape), dw);

            void Close(string what, double[] expected, float[] result) => KernelRoutes.Close($"{what} on {route.Name}, {shape}", result, expected, 1e-5, 2e-5);
        }
    }

    private static float[] Forward(Route route, ConvolutionShape shape, float[] x, float[] w, float[] bias) => KernelMemory.Run(route, at =>
    {
        var y = at.Output(shape.ElementsOfY);
        DeviceConvolution.Forward((DeviceRoute)route, shape, at.Input(x), at.Input(w), bias.Length > 0 ? at.Input(bias) : default, y,
            at.Output(DeviceConvolution.ForwardWorkspace(shape)));
        return at.Read(y);
    });

    private static ConvolutionShape Of(
        int batch, int inputs, int outputs, int groups, (int Height, int Width) image, (int Height, int Width) window, int stride = 1, int dilation = 1, int pad = 0) =>
        new(batch, inputs, outputs, groups, new WindowShape(
            image.Height, image.Width, window.Height, window.Width, stride, stride, dilation, dilation, pad, pad,
            Outputs(image.Height, window.Height, stride, dilation, pad), Outputs(image.Width, window.Width, stride, dilation, pad)));

    private static int Outputs(int size, int window, int stride, int dilation, int pad) => (size + 2 * pad - dilation * (window - 1) - 1) / stride + 1;

    private static double[] Wide(float[] x) => [.. x.Select(v => (double)v)];
}
