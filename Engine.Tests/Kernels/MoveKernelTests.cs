using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

[Category("Kernels")]
public sealed class MoveKernelTests
{
    private static readonly object[] permutations =
    [
        new object[] { new[] { 3, 5 }, new[] { 1, 0 } },
        new object[] { new[] { 67, 35 }, new[] { 1, 0 } },
        new object[] { new[] { 2, 3, 5 }, new[] { 1, 0, 2 } },
        new object[] { new[] { 2, 17, 19 }, new[] { 0, 2, 1 } },
        new object[] { new[] { 2, 3, 4, 5 }, new[] { 0, 2, 1, 3 } },
        new object[] { new[] { 2, 3, 4, 5 }, new[] { 3, 1, 0, 2 } },
        new object[] { new[] { 2, 1, 3, 2, 1, 2, 3, 2 }, new[] { 7, 6, 5, 4, 3, 2, 1, 0 } },
        new object[] { new[] { 2, 3, 2, 2, 2, 3, 2, 2 }, new[] { 0, 4, 2, 6, 1, 5, 3, 7 } },
        new object[] { new[] { 7 }, new[] { 0 } },
        new object[] { new[] { 3, 0, 2 }, new[] { 2, 0, 1 } },
    ];

    [TestCaseSource(nameof(permutations))]
    public void Permutes(int[] shape, int[] order)
    {
        var x = Numbers.Uniform(Size(shape));
        int[] target = [.. order.Select(axis => shape[axis])];
        var expected = Reference.Build(target, index =>
        {
            var from = new int[shape.Length];
            for (var k = 0; k < order.Length; k++)
                from[order[k]] = index[k];
            return x[Reference.Flat(from, shape)];
        });
        KernelRoutes.Verify(expected, 0, at =>
        {
            var y = at.Output(x.Length);
            MoveKernels.Permute(at.Route, at.Input(x), y, shape, order);
            return at.Read(y);
        });
    }

    [Test]
    public void Transposes_and_copies_large_matrices_on_several_threads()
    {
        int[] shape = [517, 331];
        var x = Numbers.Uniform(Size(shape));
        var expected = Reference.Build([331, 517], index => x[index[1] * 331 + index[0]]);
        KernelRoutes.Verify(expected, 0, at =>
        {
            var y = at.Output(x.Length);
            MoveKernels.Permute(at.Route, at.Input(x), y, shape, [1, 0]);
            return at.Read(y);
        }, onDevices: false);
        KernelRoutes.Verify([.. x.Select(v => (double)v)], 0, at =>
        {
            var y = at.Output(x.Length);
            MoveKernels.Permute(at.Route, at.Input(x), y, shape, [0, 1]);
            return at.Read(y);
        }, onDevices: false);
    }

    [Test]
    public void Slices_and_pads_are_adjoint()
    {
        int[] shape = [3, 7, 5], starts = [1, 2, 0], sizes = [2, 3, 4];
        var x = Numbers.Uniform(Size(shape));
        var slice = Reference.Build(sizes, index => x[Reference.Flat([index[0] + 1, index[1] + 2, index[2]], shape)]);
        KernelRoutes.Verify(slice, 0, at =>
        {
            var y = at.Output(slice.Length);
            MoveKernels.Slice(at.Route, at.Input(x), y, shape, starts, sizes);
            return at.Read(y);
        });
        var padded = Reference.Build(shape, index =>
            index[0] < 1 || index[1] is < 2 or >= 5 || index[2] >= 4 ? -7 : slice[Reference.Flat([index[0] - 1, index[1] - 2, index[2]], sizes)]);
        KernelRoutes.Verify(padded, 0, at =>
        {
            var y = at.Output(padded.Length);
            MoveKernels.Pad(at.Route, at.Input([.. slice.Select(v => (float)v)]), y, sizes, shape, starts, -7);
            return at.Read(y);
        });
    }

    [Test]
    public void Concatenates()
    {
        var (a, b) = (Numbers.Uniform(6), Numbers.Uniform(15, seed: 3));
        var expected = Reference.Build([3, 7], index => index[1] < 2 ? a[index[0] * 2 + index[1]] : b[index[0] * 5 + index[1] - 2]);
        KernelRoutes.Verify(expected, 0, at =>
        {
            var y = at.Output(21);
            MoveKernels.Concatenate(at.Route, at.Input(a), y, 3, 2, 7, 0);
            MoveKernels.Concatenate(at.Route, at.Input(b), y, 3, 5, 7, 2);
            return at.Read(y);
        });
    }

    [Test]
    public void Broadcasts()
    {
        Check([3, 5], [3, 5]);
        Check([1, 5], [3, 5]);
        Check([3, 1], [3, 5]);
        Check([], [3, 5]);
        Check([5], [2, 3, 5]);
        Check([2, 1, 4, 1], [2, 3, 4, 5]);
        Check([1, 3, 1, 5], [2, 3, 4, 5]);

        static void Check(int[] sizes, int[] shape)
        {
            var x = Numbers.Uniform(Size(sizes));
            var expected = Reference.Build(shape, index =>
                x[Reference.Flat([.. index.Skip(shape.Length - sizes.Length).Select((at, k) => sizes[k] == 1 ? 0 : at)], sizes)]);
            KernelRoutes.Verify(expected, 0, at =>
            {
                var y = at.Output(expected.Length);
                MoveKernels.Broadcast(at.Route, at.Input(x), y, sizes, shape);
                return at.Read(y);
            });
        }
    }

    [Test]
    public void Integers_and_backward_strides_are_copied_too()
    {
        KernelRoutes.Verify([int.MinValue, 2, 1], 0, at =>
        {
            var y = at.Output(3);
            StridedCopyKernels.Run(at.Route, at.Input(1, 2, int.MinValue), y, [3], [-1], [1], xOffset: 2);
            return at.ReadIntegers(y);
        });
    }

    [Test]
    public void Nine_axes_are_refused() => Assert.That(
        () => StridedCopyKernels.Run(KernelRoutes.Host(), default, default, new int[9], new long[9], new long[9]),
        Throws.ArgumentException.With.Message.Contains("at most 8 axes"));

    private static int Size(int[] shape) => shape.Aggregate(1, (a, b) => a * b);
}
