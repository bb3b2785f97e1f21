using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

[Category("Kernels")]
public sealed class SoftmaxKernelTests
{
    private static readonly (int, int)[] shapes = [(1, 1), (3, 5), (5, 10), (2, 16), (3, 47), (40, 3), (2, 1000)];

    [Test]
    public void Agrees_with_the_reference([ValueSource(nameof(shapes))] (int Rows, int Classes) shape)
    {
        var x = Numbers.Uniform(shape.Rows * shape.Classes, -9, 9);
        var wide = Wide(x);
        KernelRoutes.Verify(Reference.Softmax(wide, shape.Classes), 2e-6, at => Run<SoftmaxForm>(at, x, shape));
        KernelRoutes.Verify(Reference.LogSoftmax(wide, shape.Classes), 1e-6, at => Run<LogSoftmaxForm>(at, x, shape), 1e-6);
    }

    [Test]
    public void Gradients_agree_with_differences_of_the_reference([Values(1, 3, 10, 21)] int classes)
    {
        const int rows = 3;
        var x = Numbers.Uniform(rows * classes, -2, 2);
        var r = Numbers.Uniform(rows * classes, seed: 7);
        Check<SoftmaxForm>(Reference.Softmax);
        Check<LogSoftmaxForm>(Reference.LogSoftmax);

        void Check<TForm>(Func<double[], int, double[]> function) where TForm : struct, ISoftmaxForm
        {
            var expected = Reference.Differences(at => function(at, classes).Zip(r, (y, weight) => y * weight).Sum(), Wide(x));
            KernelRoutes.Verify(expected, 1e-5, at =>
            {
                var (y, dx) = (at.Output(x.Length), at.Output(x.Length));
                SoftmaxKernels.Run<TForm>(at.Route, at.Input(x), y, rows, classes);
                SoftmaxKernels.Gradient<TForm>(at.Route, y, at.Input(r), dx, rows, classes);
                return at.Read(dx);
            }, 1e-6);
        }
    }

    [Test]
    public void May_run_in_place()
    {
        var x = Numbers.Uniform(3 * 21, -9, 9);
        KernelRoutes.Verify(Reference.Softmax(Wide(x), 21), 2e-6, at =>
        {
            var y = at.Input(x);
            SoftmaxKernels.Run<SoftmaxForm>(at.Route, y, y, 3, 21);
            return at.Read(y);
        });
    }

    [Test]
    public void Great_logits_do_not_overflow_and_rows_without_a_finite_maximum_are_NaN()
    {
        const float inf = float.PositiveInfinity;
        float[] x = [1000, 1001, 1002, -inf, -inf, -inf, 0, inf, 0, float.NaN, 0, 0, -inf, 0, 0];
        const double nan = double.NaN;
        double[] y = [0.09003057317, 0.2447284711, 0.6652409558, nan, nan, nan, nan, nan, nan, nan, nan, nan, 0, 0.5, 0.5];
        foreach (var (name, result) in KernelRoutes.Everywhere(at => Run<SoftmaxForm>(at, x, (5, 3))))
        {
            // Beside an infinite logit the others may be 0: only the row as a whole must show it.
            if (!float.IsNaN(result[6]))
                result[6] = result[8] = float.NaN;
            KernelRoutes.Close(name, result, y, 1e-6);
        }
    }

    private static float[] Run<TForm>(KernelMemory at, float[] x, (int Rows, int Classes) shape) where TForm : struct, ISoftmaxForm
    {
        var y = at.Output(x.Length);
        SoftmaxKernels.Run<TForm>(at.Route, at.Input(x), y, shape.Rows, shape.Classes);
        return at.Read(y);
    }

    private static double[] Wide(float[] x) => [.. x.Select(v => (double)v)];
}
