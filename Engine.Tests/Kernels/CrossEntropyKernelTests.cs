using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

[Category("Kernels")]
public sealed class CrossEntropyKernelTests
{
    private const int Ignored = -100;

    [Test]
    public void Losses_and_gradients_agree_with_the_reference(
        [Values(1, 3, 10, 37)] int classes, [Values(0f, 0.1f)] float smoothing, [Values] bool weighted)
    {
        const int rows = 21;
        var x = Numbers.Uniform(rows * classes, -4, 4);
        var labels = Numbers.Integers(rows, classes);
        labels[4] = Ignored;
        var weights = weighted ? Numbers.Uniform(classes, 0.5f, 2, seed: 3) : [];
        var dLoss = Numbers.Uniform(rows, seed: 4);
        var loss = new double[rows];
        var dx = new double[rows * classes];
        for (var row = 0; row < rows; row++)
        {
            var (label, r) = (labels[row], row);
            if (label == Ignored)
                continue;
            var weight = weighted ? weights[label] : 1.0;
            double[] z = [.. x.Skip(row * classes).Take(classes).Select(v => (double)v)];
            loss[row] = Reference.CrossEntropy(z, label, weight, smoothing);
            Reference.Differences(at => dLoss[r] * Reference.CrossEntropy(at, label, weight, smoothing), z).CopyTo(dx, row * classes);
        }
        KernelRoutes.Verify(loss, 2e-6, at =>
        {
            var y = at.Output(rows);
            CrossEntropyKernels.Run(at.Route, at.Input(x), at.Input(labels), at.Input(weights), y, rows, classes, smoothing, Ignored);
            return at.Read(y);
        }, 1e-6);
        KernelRoutes.Verify(dx, 1e-5, at =>
        {
            var y = at.Output(dx.Length);
            CrossEntropyKernels.Gradient(
                at.Route, at.Input(x), at.Input(labels), at.Input(weights), at.Input(dLoss), y, rows, classes, smoothing, Ignored);
            return at.Read(y);
        }, 1e-6);
    }

    [Test]
    public void Golden_value_of_great_logits()
    {
        KernelRoutes.Verify([2.4076059645], 1e-7, at =>
        {
            var y = at.Output(1);
            CrossEntropyKernels.Run(at.Route, at.Input(1000f, 1001f, 1002f), at.Input(0), default, y, 1, 3, 0, Ignored);
            return at.Read(y);
        });
    }

    [Test]
    public void Ignored_rows_give_0_whatever_they_hold_and_foreign_labels_give_NaN()
    {
        float[] x = [float.NaN, 1, 2, 0, 1, 2, 0, 1, 2, float.NegativeInfinity, 1, 2, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity];
        int[] labels = [Ignored, 3, -1, 0, 1];
        const double nan = double.NaN;
        KernelRoutes.Verify([0, nan, nan, double.PositiveInfinity, nan], 0, at =>
        {
            var y = at.Output(5);
            CrossEntropyKernels.Run(at.Route, at.Input(x), at.Input(labels), default, y, 5, 3, 0, Ignored);
            return at.Read(y);
        });
        KernelRoutes.Verify([0, 0, 0, nan, nan, nan, nan, nan, nan], 0, at =>
        {
            var y = at.Output(9);
            CrossEntropyKernels.Gradient(at.Route, at.Input(x), at.Input(labels), default, at.Input(1f, 1, 1), y, 3, 3, 0, Ignored);
            return at.Read(y);
        });
        KernelRoutes.Verify([0, nan, nan, 1, 1], 0, at => Weights(at, []));
        KernelRoutes.Verify([0, nan, nan, 0.25, 3], 0, at => Weights(at, [0.25f, 3, 7]));

        float[] Weights(KernelMemory at, float[] weights)
        {
            var y = at.Output(5);
            CrossEntropyKernels.Weigh(at.Route, at.Input(labels), at.Input(weights), y, 5, 3, Ignored);
            return at.Read(y);
        }
    }
}
