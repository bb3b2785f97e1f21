using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

[Category("Kernels")]
public sealed class ReduceKernelTests
{
    // Rows, columns and bundles of narrow rows, each below, at and above a vector, a chunk and a bundle.
    private static readonly (int, int, int)[] shapes =
    [
        (1, 1, 1), (3, 5, 1), (2, 16, 1), (5, 129, 1), (1, 300, 1), (2, 16_385, 1),
        (3, 5, 7), (2, 8, 16), (1, 9, 33), (1, 257, 300), (2, 3, 1100), (3, 33, 2), (1, 128, 10), (2, 47, 100), (1, 9000, 3),
    ];

    private static readonly (int, int, int)[] small = [(3, 5, 1), (2, 40, 1), (3, 5, 7), (1, 33, 2), (1, 260, 300)];

    [Test]
    public void Sums_agree_with_the_reference([ValueSource(nameof(shapes))] (int, int, int) shape)
    {
        var x = Numbers.Uniform(Size(shape), 0f, 1f);
        Check<SumReduction>(x, shape, 0.5f, 1e-6, 0, (a, b) => a + b);
    }

    [Test]
    public void Greatest_and_smallest_are_exact([ValueSource(nameof(shapes))] (int, int, int) shape)
    {
        var x = Numbers.Uniform(Size(shape));
        Check<MaxReduction>(x, shape, 1, 0, double.NegativeInfinity, Math.Max, onDevices: false);
        Check<MinReduction>(x, shape, 1, 0, double.PositiveInfinity, Math.Min, onDevices: false);
    }

    [Test]
    public void A_NaN_passes_through([ValueSource(nameof(small))] (int, int, int) shape)
    {
        var x = Numbers.Uniform(Size(shape), 0f, 1f);
        x[^1] = float.NaN;
        x[x.Length / 3] = float.NaN;
        x[0] = float.NegativeInfinity;
        Check<MaxReduction>(x, shape, 1, 0, double.NegativeInfinity, Math.Max);
        Check<MinReduction>(x, shape, 1, 0, double.PositiveInfinity, Math.Min);
        Check<SumReduction>(x, shape, 1, 1e-5, 0, (a, b) => a + b);
    }

    [Test]
    public void Nothing_gives_the_identity_and_no_result_needs_no_launch()
    {
        Check<SumReduction>([], (2, 0, 1), 1, 0, 0, (a, b) => a + b);
        Check<SumReduction>([], (2, 0, 3), 1, 0, 0, (a, b) => a + b);
        Check<MaxReduction>([], (2, 0, 3), 1, 0, double.NegativeInfinity, Math.Max);
        Check<SumReduction>([], (0, 4, 3), 1, 0, 0, (a, b) => a + b);
    }

    [Test]
    public void Long_sums_keep_their_digits([Values(1, 3)] int inner)
    {
        var shape = (1, 3_000_001, inner);
        var x = Numbers.Uniform(Size(shape), 0f, 1f);
        Check<SumReduction>(x, shape, 1, 1e-6, 0, (a, b) => a + b, onDevices: false);
    }

    [Test]
    public void The_first_best_position_wins_and_NaN_is_the_greatest()
    {
        float[] x = [1, 3, 3, float.NaN, 2, float.NaN, float.NaN, float.NaN, float.NaN, -1, 5, -1];
        Positions<Greatest>(x, (4, 3, 1), ByGreatest);
        Positions<Smallest>(x, (4, 3, 1), (a, b) => -ByGreatest(a, b));
        Positions<Greatest>(x, (1, 6, 2), ByGreatest);
        Positions<Smallest>(Numbers.Uniform(3 * 5 * 7), (3, 5, 7), (a, b) => -ByGreatest(a, b));
        Positions<Greatest>(Numbers.Uniform(128 * 10), (128, 10, 1), ByGreatest);

        // float.CompareTo puts NaN first.
        static int ByGreatest(float a, float b) => float.IsNaN(a) || float.IsNaN(b) ? float.IsNaN(a).CompareTo(float.IsNaN(b)) : a.CompareTo(b);
    }

    private static void Positions<TPreference>(float[] x, (int Outer, int Length, int Inner) shape, Func<float, float, int> compare)
        where TPreference : struct, IPreference =>
        KernelRoutes.Verify(Reference.Arg(x, shape.Outer, shape.Length, shape.Inner, compare), 0, at =>
        {
            var y = at.Output(shape.Outer * shape.Inner);
            ArgKernels.Run<TPreference>(at.Route, at.Input(x), y, shape.Outer, shape.Length, shape.Inner);
            return at.ReadIntegers(y);
        });

    private static void Check<TReduction>(
        float[] x, (int Outer, int Length, int Inner) shape, float scale, double relative, double identity, Func<double, double, double> combine, bool onDevices = true)
        where TReduction : struct, IReduction
    {
        var (outer, length, inner) = shape;
        KernelRoutes.Verify(Reference.Reduce(x, outer, length, inner, scale, identity, combine), relative, at =>
        {
            var y = at.Output(outer * inner);
            var workspace = at.Output(ReduceKernels.Workspace(outer, length, inner));
            ReduceKernels.Run<TReduction>(at.Route, at.Input(x), y, workspace, outer, length, inner, scale);
            return at.Read(y);
        }, onDevices: onDevices);
    }

    private static int Size((int Outer, int Length, int Inner) shape) => shape.Outer * shape.Length * shape.Inner;
}
