using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

[Category("Kernels")]
public sealed class GatherKernelTests
{
    [Test]
    public void Collects_rows_and_marks_foreign_indices()
    {
        var table = Numbers.Uniform(4 * 3);
        int[] indices = [2, 0, 4, 2, -1];
        var expected = Reference.Build([5, 3], index => indices[index[0]] is < 0 or > 3 ? double.NaN : table[indices[index[0]] * 3 + index[1]]);
        KernelRoutes.Verify(expected, 0, at =>
        {
            var y = at.Output(15);
            GatherKernels.Run(at.Route, at.Input(table), at.Input(indices), y, 4, 3, 5);
            return at.Read(y);
        });
    }

    [TestCase(4, 3, 5, false)]
    [TestCase(4, 3, 5, true)]
    [TestCase(1, 19, 7, true)]
    [TestCase(50, 37, 300, false)]
    [TestCase(3, 2, 0, false)]
    public void Adds_rows_up_in_the_order_of_positions(int rows, int width, int positions, bool accumulate)
    {
        var dy = Numbers.Uniform(positions * width);
        var indices = Numbers.Integers(positions, rows);
        if (positions > 0)
            indices[0] = rows + 3;
        var start = Numbers.Uniform(rows * width, seed: 8);
        var expected = Reference.Build([rows, width], index => (accumulate ? start[index[0] * width + index[1]] : 0)
            + Enumerable.Range(0, positions).Where(p => indices[p] == index[0]).Sum(p => (double)dy[p * width + index[1]]));
        KernelRoutes.Verify(expected, 1e-6, at =>
        {
            var table = accumulate ? at.Input(start) : at.Output(start.Length);
            GatherKernels.ScatterAdd(at.Route, at.Input(dy), at.Input(indices), table, rows, width, positions, accumulate);
            return at.Read(table);
        }, 1e-6);
    }

    [Test]
    public void Labels_become_numbers()
    {
        KernelRoutes.Verify([0, 0, 1, 1, 0, 0, 0, 0, 0], 0, at =>
        {
            var y = at.Output(9);
            LabelKernels.OneHot(at.Route, at.Input(2, 0, 3), y, 3, 3);
            return at.Read(y);
        });
        KernelRoutes.Verify([1, 0, 1, 0], 0, at =>
        {
            var y = at.Output(4);
            LabelKernels.Equal(at.Route, at.Input(5, -1, 16777217, 16777217), at.Input(5, 1, 16777217, 16777216), y, 4);
            return at.Read(y);
        });
    }
}
