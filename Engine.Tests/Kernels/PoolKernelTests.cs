using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Both poolings, their gradients and the gather at the winners, over windows of every kind, on every route.</summary>
[Category("Kernels")]
public sealed class PoolKernelTests
{
    // Sizes below, at and above a vector of each width; windows side by side, apart, overlapping, dilated, hanging over.
    private static readonly (int Planes, int Height, int Width, Window Window)[] shapes =
    [
        (3, 4, 4, new(2, 2)), (2, 5, 7, new(2, 2)), (2, 6, 33, new(2, 2)), (1, 3, 70, new((3, 2), (4, 2))), (2, 1, 18, new((1, 2), (1, 2))),
        (2, 6, 10, new(2, 2, 1)), (1, 7, 9, new(2, 2, Padding.Same)), (2, 9, 10, new(3, 3)), (1, 11, 12, new(3, 2)), (2, 5, 6, new(3, 1, 1)),
        (1, 8, 37, new(3, 1, Padding.Same)), (1, 9, 40, new(3, 2, 1)), (1, 8, 9, new(2, 3)), (1, 12, 13, new(2, 5)), (2, 7, 8, new((2, 3), (1, 2), 1, (2, 3))),
        (1, 7, 20, new(3, 1, 2, 2)), (1, 9, 21, new(3, (3, 2), 0, (1, 3))), (1, 1, 1, new(1)), (2, 1, 1, new(3, 1, 1)), (1, 6, 5, new((6, 5))),
        (0, 4, 4, new(2, 2)), (1, 9, 5, new((5, 1), (4, 1), 2)), (2, 4, 50, new((2, 4), 2)), (1, 3, 5, new(1, 2)), (1, 4, 6, new((3, 2), (2, 2))),
    ];

    private static IEnumerable<TestCaseData> Cases => shapes.Select(shape => new TestCaseData(shape.Planes, shape.Window.Over(shape.Height, shape.Width)!.Value)
        .SetArgDisplayNames($"{shape.Planes}x{shape.Height}x{shape.Width}, {shape.Window}"));

    [TestCaseSource(nameof(Cases))]
    public void The_maximum_its_gradient_and_its_gather_agree(int planes, WindowShape window)
    {
        // A few values only, so that most windows have equals.
        var x = Numbers.Integers(planes * window.Pixels, 5).Select(value => value - 6f).ToArray();
        VerifyMax(x, planes, window);
        VerifyMax(Numbers.Uniform(planes * window.Pixels, -2f, -1f), planes, window);
    }

    [Test]
    public void NaN_wins_and_infinities_lose_to_it_but_not_to_padding()
    {
        foreach (var window in new Window[] { new(2, 2), new(3, 1, 1), new(3, 2, 1), new(3, 3, 1) })
        {
            var shape = window.Over(6, 22)!.Value;
            var x = Numbers.Integers(2 * shape.Pixels, 4).Select(value => value == 0 ? float.NaN : value == 1 ? float.PositiveInfinity : -value).ToArray();
            VerifyMax(x, 2, shape);
            Array.Fill(x, float.NegativeInfinity);
            VerifyMax(x, 2, shape);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void The_mean_and_its_gradient_agree(int planes, WindowShape window)
    {
        var x = Numbers.Uniform(planes * window.Pixels);
        var dy = Numbers.Uniform(planes * window.OutPixels, seed: 4);
        foreach (var countPadding in new[] { false, true })
        {
            KernelRoutes.Verify(Reference.AveragePool(Doubles(x), planes, window, countPadding), 1e-6, at =>
            {
                var y = at.Output(planes * window.OutPixels);
                AveragePoolKernels.Run(at.Route, at.Input(x), y, planes, window, countPadding);
                return at.Read(y);
            }, absolute: 3e-7);
            KernelRoutes.Verify(Reference.AveragePoolGradient(Doubles(dy), planes, window, countPadding), 1e-6, at =>
            {
                var dx = at.Output(planes * window.Pixels);
                AveragePoolKernels.Gradient(at.Route, at.Input(dy), dx, planes, window, countPadding);
                return at.Read(dx);
            }, absolute: 3e-7);
        }
    }

    [Test]
    public void Rows_longer_than_a_strip_and_windows_wider_than_one_agree()
    {
        foreach (var window in new Window[] { new((1, 2), (1, 2)), new((1, 3), 1, Padding.Same), new((1, 5), (1, 3), 2), new((2, 3), 2, 1), new((1, 2100), (1, 900)) })
        {
            var shape = window.Over(2, 9001)!.Value;
            VerifyMax(Numbers.Uniform(shape.Pixels), 1, shape, onDevices: false);
            var dy = Numbers.Uniform(shape.OutPixels, seed: 4);
            KernelRoutes.Verify(Reference.AveragePoolGradient(Doubles(dy), 1, shape, true), 1e-6, at =>
            {
                var dx = at.Output(shape.Pixels);
                AveragePoolKernels.Gradient(at.Route, at.Input(dy), dx, 1, shape, true);
                return at.Read(dx);
            }, absolute: 3e-7, onDevices: false);
        }
    }

    [Test]
    public void Over_padding_alone_nothing_wins()
    {
        var shape = new Window(2, 2, 2).Over(3, 3)!.Value;
        VerifyMax(Numbers.Uniform(9), 1, shape);
    }

    private static void VerifyMax(float[] x, int planes, WindowShape window, bool onDevices = true)
    {
        var dy = Numbers.Uniform(planes * window.OutPixels, seed: 4);
        var g = Numbers.Uniform(x.Length, seed: 5);
        KernelRoutes.Verify(Reference.MaxPool(Doubles(x), planes, window), 0, at =>
        {
            var y = at.Output(planes * window.OutPixels);
            MaxPoolKernels.Run(at.Route, at.Input(x), y, planes, window);
            return at.Read(y);
        }, onDevices: onDevices);
        KernelRoutes.Verify(Reference.MaxPoolGradient(Doubles(x), Doubles(dy), planes, window), 1e-6, at =>
        {
            var dx = at.Output(planes * window.Pixels);
            MaxPoolKernels.Gradient(at.Route, at.Input(x), at.Input(dy), dx, planes, window);
            return at.Read(dx);
        }, absolute: 3e-7, onDevices: onDevices);
        KernelRoutes.Verify([.. Reference.PoolWinners(Doubles(x), planes, window).Select(at => at < 0 ? 0.0 : g[at])], 0, at =>
        {
            var y = at.Output(planes * window.OutPixels);
            MaxPoolKernels.Gather(at.Route, at.Input(x), at.Input(g), y, planes, window);
            return at.Read(y);
        }, onDevices: onDevices);
    }

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];
}
