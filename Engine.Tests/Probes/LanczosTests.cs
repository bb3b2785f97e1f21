using GpuNN.Kernels;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Outermost eigenvalues against a full decomposition.</summary>
public sealed class LanczosTests
{
    private const int Size = 40;

    private static Matrix<double> Symmetric(ulong seed)
    {
        var stream = new Philox(seed);
        var a = Matrix<double>.Build.Dense(Size, Size, (_, _) => stream.NextNormal());
        return a + a.Transpose();
    }

    private static double[] Start(ulong seed)
    {
        var stream = new Philox(seed, 1);
        return [.. Enumerable.Range(0, Size).Select(_ => (double)stream.NextNormal())];
    }

    private static EigenvalueRange Outermost(Matrix<double> a, int steps) =>
        Lanczos.Outermost(v => (a * Vector<double>.Build.Dense(v)).ToArray(), Start(1), steps);

    [Test]
    public void All_steps_find_the_outermost_eigenvalues([Values(1ul, 2ul, 3ul)] ulong seed)
    {
        var a = Symmetric(seed);
        var all = a.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).ToArray();
        var found = Outermost(a, steps: 1000);
        Assert.That(found.Lowest, Is.EqualTo(all.Min()).Within(1e-9));
        Assert.That(found.Highest, Is.EqualTo(all.Max()).Within(1e-9));
    }

    [Test]
    public void Fewer_steps_close_in_from_within()
    {
        var a = Symmetric(4);
        var all = a.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).ToArray();
        var (few, more) = (Outermost(a, steps: 4), Outermost(a, steps: 16));
        Assert.That(new[] { more.Lowest, few.Lowest, few.Highest, more.Highest }, Is.Ordered);
        Assert.That(all.Min(), Is.LessThanOrEqualTo(more.Lowest));
        Assert.That(all.Max(), Is.GreaterThanOrEqualTo(more.Highest));
    }

    [Test]
    public void It_stops_where_there_is_nothing_left()
    {
        var found = Outermost(Matrix<double>.Build.DenseDiagonal(Size, Size, row => row < 20 ? -2.0 : 5.0), steps: 30);
        Assert.That((found.Lowest, found.Highest), Is.EqualTo((-2.0, 5.0)).Using<(double, double)>((a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-9));
        Assert.That(Outermost(Matrix<double>.Build.Dense(Size, Size), steps: 30), Is.EqualTo(new EigenvalueRange(0, 0)));
    }

    [Test]
    public void No_step_is_refused() =>
        Assert.That(() => Outermost(Symmetric(1), 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one step"));
}
