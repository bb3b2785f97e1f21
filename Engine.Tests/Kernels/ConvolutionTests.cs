using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>The host forms of a convolution's three passes against plain loops in doubles, at sizes that meet every way through them.</summary>
[Category("Kernels")]
public sealed class ConvolutionTests
{
    private static readonly (string What, ConvolutionShape Shape)[] cases =
    [
        ("one of everything", Of([1, 1, 1, 1], 1, 1, new(1))),
        ("no images", Of([0, 3, 5, 6], 4, 1, new(3))),
        ("no inputs", Of([2, 0, 5, 6], 4, 1, new(3))),
        ("no outputs", Of([2, 3, 5, 6], 0, 1, new(3))),
        ("panels and strips with remainders", Of([3, 5, 13, 11], 17, 1, new(3, 1, 1))),
        ("one output, many inputs", Of([2, 19, 9, 7], 1, 1, new(3, 1, 1))),
        ("bands of a large image", Of([1, 8, 70, 61], 5, 1, new(3, 1, 1))),
        ("bands of a large image on the way back", Of([1, 5, 67, 72], 9, 1, new((3, 5), 1, 1))),
        ("bands of strided outputs", Of([1, 12, 121, 77], 3, 1, new(3, 2, 1))),
        ("several images a block, several runs", Of([21, 3, 7, 6], 10, 1, new(3, 1, 1))),
        ("several images a block, groups", Of([17, 4, 5, 5], 6, 2, new(2, 1, 1))),
        ("shares of channels", Of([1, 13, 9, 10], 8, 1, new(3, 1, 1))),
        ("fewer channels than shares", Of([1, 3, 9, 10], 8, 1, new(3))),
        ("so many sums that runs are few", Of([9, 60, 3, 4], 300, 1, new((3, 4), 1, 1))),
        ("long sums in blocks of rows", Of([2, 80, 6, 7], 9, 1, new(3, 1, 1))),
        ("rows of sums in pieces", Of([1, 201, 6, 5], 9, 1, new((2, 3), 1, 1))),
        ("a spread product of ragged vectors", Of([2, 3, 9, 10], 33, 1, new(3, 1, 1))),
        ("a spread product of whole vectors", Of([2, 2, 8, 8], 32, 1, new(3, 1, 1))),
        ("a spread product whose lines meet in few sets", Of([1, 1, 16, 16], 40, 1, new((5, 3), 1, Padding.Same))),
        ("a spread product of some channels at a time", Of([2, 3, 28, 28], 32, 1, new(5, 1, 2))),
        ("a spread product with groups", Of([2, 4, 7, 6], 64, 2, new((2, 3), 1, Padding.Explicit(0, 0, 1, 1)))),
        ("a spread product with more rows of outputs", Of([1, 2, 4, 9], 35, 1, new((3, 2), 1, Padding.Explicit(4, 1, 0, 1)))),
        ("a spread product wider than its images", Of([2, 2, 3, 2], 32, 1, new(5, 1, Padding.Same))),
        ("a spread product with dilation", Of([1, 2, 9, 11], 37, 1, new(3, 1, Padding.Same, (2, 4)))),
        ("pixels two apart", Of([2, 5, 13, 14], 7, 1, new(3, 2, 1))),
        ("pixels that no tap hits", Of([2, 5, 8, 9], 6, 1, new(1, 2))),
        ("strides beyond the window", Of([2, 3, 17, 13], 5, 1, new(2, (3, 5)))),
        ("strides beyond the image", Of([3, 4, 3, 4], 5, 1, new(2, 7))),
        ("strides with groups", Of([2, 6, 11, 10], 9, 3, new(3, 2, Padding.Same))),
        ("strides and dilation with a common factor", Of([1, 4, 20, 19], 6, 1, new(3, 2, 3, 4))),
        ("strides and dilation without one", Of([1, 4, 20, 19], 6, 1, new(3, (3, 2), 2, (2, 3)))),
        ("strided and many outputs", Of([1, 2, 12, 12], 40, 1, new(3, 2, 1))),
        ("as it lies, whole vectors", Of([3, 9, 8, 8], 10, 1, new(1))),
        ("as it lies, ragged", Of([3, 9, 5, 7], 10, 1, new(1))),
        ("one pixel a window, lines in one set", Of([1, 6, 32, 32], 5, 1, new(1))),
        ("one pixel a window, padding", Of([2, 6, 5, 4], 5, 1, new(1, 1, 2))),
        ("lines in one set", Of([1, 4, 32, 32], 6, 1, new(3, 1, 1))),
        ("dilation", Of([2, 3, 15, 14], 6, 1, new(3, 1, 2, 2))),
        ("dilation beyond the image", Of([2, 3, 4, 5], 6, 1, new(3, 1, 7, 7))),
        ("a row of the window for every image row", Of([1, 2, 5, 40], 3, 1, new((5, 7), 1, Padding.Explicit((0, 3))))),
        ("sequences", Of([3, 4, 1, 301], 8, 1, new((1, 5), (1, 2), Padding.Explicit((0, 2))))),
        ("a channel a group", Of([2, 7, 10, 9], 7, 7, new(3, 1, 1))),
        ("transforms, tiles within the results", Of([3, 16, 12, 8], 24, 1, new(3, 1, 1))),
        ("transforms of larger windows, tiles beyond the results", Of([2, 21, 13, 15], 19, 1, new(5, 1, 2))),
        ("transforms, blocks of several images, runs", Of([19, 17, 8, 8], 18, 1, new(3, 1, 1))),
        ("transforms, strips with a remainder", Of([2, 33, 14, 14], 41, 1, new(5, 1, Padding.Same))),
        ("transforms without padding", Of([2, 16, 10, 10], 16, 1, new(3))),
        ("transforms with padding beyond the window", Of([1, 16, 9, 13], 16, 1, new(3, 1, Padding.Explicit(4, 3, 0, 1)))),
        ("transforms of long sums", Of([1, 300, 8, 9], 17, 1, new(3, 1, 1))),
        ("padding on one side", Of([2, 3, 7, 9], 4, 1, new(3, 1, Padding.Explicit(0, 2, 3, 0)))),
    ];

    private static IEnumerable<TestCaseData> Cases => cases.Select(each => new TestCaseData(each.Shape).SetArgDisplayNames(each.What));

    [TestCaseSource(nameof(Cases))]
    public void It_agrees(ConvolutionShape shape)
    {
        var (x, w, bias) = (Numbers.Uniform((int)shape.ElementsOfX), Numbers.Uniform((int)shape.ElementsOfW, seed: 2), Numbers.Uniform(shape.Outputs, seed: 4));
        foreach (var b in new[] { bias, [] })
            Verify(Reference.Convolve(Wide(x), Wide(w), b.Length > 0 ? Wide(b) : null, shape), shape.Terms, at =>
            {
                var y = at.Output(shape.ElementsOfY);
                var convolution = new Convolution(at.Route, shape);
                convolution.Run(at.Input(x), at.Input(w), b.Length > 0 ? at.Input(b) : default, y, at.Output(convolution.Workspace));
                return at.Read(y);
            });
    }

    [TestCaseSource(nameof(Cases))]
    public void Its_gradient_by_the_input_agrees(ConvolutionShape shape)
    {
        var (dy, w, bias) = (Numbers.Uniform((int)shape.ElementsOfY, seed: 3), Numbers.Uniform((int)shape.ElementsOfW, seed: 2), Numbers.Uniform(shape.Inputs, seed: 5));
        foreach (var b in new[] { bias, [] })
            Verify(Reference.ConvolveInputGradient(Wide(dy), Wide(w), b.Length > 0 ? Wide(b) : null, shape), shape.GroupOutputs * shape.Window.Places, at =>
            {
                var dx = at.Output(shape.ElementsOfX);
                var gradient = new ConvolutionInputGradient(at.Route, shape);
                gradient.Run(at.Input(dy), at.Input(w), b.Length > 0 ? at.Input(b) : default, dx, at.Output(gradient.Workspace));
                return at.Read(dx);
            });
    }

    [TestCaseSource(nameof(Cases))]
    public void Its_gradient_by_the_weights_agrees(ConvolutionShape shape)
    {
        var (x, dy) = (Numbers.Uniform((int)shape.ElementsOfX), Numbers.Uniform((int)shape.ElementsOfY, seed: 3));
        Verify(Reference.ConvolveWeightGradient(Wide(x), Wide(dy), shape), shape.Batch * shape.Window.OutPixels, at =>
        {
            var dw = at.Output(shape.ElementsOfW);
            var gradient = new ConvolutionWeightGradient(at.Route, shape);
            gradient.Run(at.Input(x), at.Input(dy), dw, at.Output(gradient.Workspace));
            return at.Read(dw);
        });
    }

    // The cases are named after ways through the kernels; these are the ones whose names could go stale unseen.
    [Test]
    public void The_cases_meet_what_they_are_named_after()
    {
        foreach (var (what, shape) in cases)
            if (what.StartsWith("a spread product", StringComparison.Ordinal))
                Assert.That(SpreadProduct.Suits(shape), what);
        foreach (var (what, shape) in cases)
            Assert.That(WinogradPlan.Suits(shape), Is.EqualTo(what.StartsWith("transforms", StringComparison.Ordinal)), what);
        foreach (var lanes in KernelRoutes.Widths)
        {
            Assert.That(new PatchProduct(Case("bands of a large image"), false, lanes, 1).Parts, Has.Length.GreaterThan(1));
            Assert.That(new PatchProduct(Case("bands of a large image on the way back"), true, lanes, 1).Parts, Has.Length.GreaterThan(1));
            Assert.That(new PatchProduct(Case("as it lies, whole vectors"), false, lanes, 1).Parts[0].Copies, Is.Null);
            Assert.That(new PatchProduct(Case("long sums in blocks of rows"), false, lanes, 1).Parts[0].Blocks, Has.Length.GreaterThan(1));
            Assert.That(new PatchProduct(Case("rows of sums in pieces"), false, lanes, 1).Parts[0].Blocks, Has.Length.GreaterThan(2));
            Assert.That(new PatchProduct(Case("pixels that no tap hits"), true, lanes, 1).Parts.Count(part => part.Inner == 0), Is.EqualTo(3));
            Assert.That(new SpreadProduct(Case("a spread product of some channels at a time"), lanes, 1).Channels, Is.LessThan(3));
            var images = new WeightGradientPlan(Case("several images a block, several runs"), lanes, 1);
            Assert.That((images.Images, images.Runs), Is.EqualTo((3, 8)));
            Assert.That(new WeightGradientPlan(Case("so many sums that runs are few"), lanes, 1).Runs, Is.LessThan(8));
            Assert.That(new WeightGradientPlan(Case("shares of channels"), lanes, 3).Shares, Is.EqualTo(6));
            Assert.That(new WeightGradientPlan(Case("bands of a large image"), lanes, 1).Bands, Has.Length.GreaterThan(1));
        }
    }

    private static ConvolutionShape Case(string what) => cases.Single(each => each.What == what).Shape;

    private static void Verify(double[] expected, int terms, Func<KernelMemory, float[]> run) =>
        KernelRoutes.Verify(expected, 1e-5, run, absolute: 1e-5 * (1 + Math.Sqrt(terms) / 3), onDevices: false);

    private static ConvolutionShape Of(Shape x, int outputs, int groups, Window window) => new(x[0], x[1], outputs, groups, window.Over(x[2], x[3])!.Value);

    private static double[] Wide(float[] x) => [.. x.Select(v => (double)v)];
}
