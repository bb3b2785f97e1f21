using System.Reflection;
using GpuNN.Kernels;

namespace GpuNN.Tests;

using GpuNN.Pointwise;

/// <summary>Fused pointwise programs against an interpreter, on the host route and on ILGPU's CPU accelerator.</summary>
[Category("Kernels")]
public sealed class FusingTests
{
    private static readonly int[] Outers = [1, 3, 5];
    private static readonly int[] Inners = [1, 3, 10, 16, 17, 33];

    // Full, Row, Column and Scalar leaves, two constants, a shared value, a choice, a slope; three outputs, one of them a leaf.
    private static readonly PointwiseProgram AllKinds = new(
        [LeafKind.Full, LeafKind.Row, LeafKind.Column, LeafKind.Scalar, LeafKind.Full],
        2,
        [
            Line<Add>(0, 1),
            Line<Multiply>(7, 2),
            Line<Tanh>(8),
            Line<Subtract>(9, 3),
            Line<Multiply>(9, 5),
            Line<WhereGreater>(10, 11, 6, 4),
            new(typeof(Gelu), PointwisePart.Slope, [9, 10]),
            new(typeof(PointwiseTests.Bump), PointwisePart.Slope, [9, 10]),
        ],
        [12, 13, 14, 4]);

    private static PointwiseLine Line<F>(params int[] arguments) => new(typeof(F), PointwisePart.Value, arguments);

    public static IEnumerable<TestCaseData> HostRoutes() =>
        from threads in new[] { 1, 2, 3, 5 }
        from lane in new[] { 4, 8, 16 }
        select new TestCaseData(threads, lane);

    [Test]
    public void All_kinds_of_leaves_agree_with_the_interpreter_on_the_host([Values(4, 8, 16)] int lane)
    {
        using var route = new HostRoute(1, lane);
        foreach (var outer in Outers)
            foreach (var inner in Inners)
                FusingCheck.Verify(route, AllKinds, outer, inner);
    }

    [Test]
    public void All_kinds_of_leaves_agree_with_the_interpreter_on_a_device()
    {
        using var route = FusingCheck.Device();
        foreach (var (outer, inner) in new[] { (3, 5), (1, 7), (4, 1), (2, 17) })
            FusingCheck.Verify(route, AllKinds, outer, inner);
    }

    [Test]
    public void Every_function_agrees_on_a_device_special_values_included()
    {
        using var route = FusingCheck.Device();
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -1f, 1000f, -1000f, 1e-30f, 3e38f, 0.5f, 2.5f, -0.7f];
        var lines = typeof(Relu).Assembly.GetTypes()
            .Where(type => type is { IsValueType: true, IsGenericType: false, Namespace: "GpuNN.Pointwise" } && typeof(IPointwise).IsAssignableFrom(type))
            .Append(typeof(RoundLess)).SelectMany(type => new[] { type, PointwiseMethods.SlopeOf(type) })
            .Select(type => new PointwiseLine(type, PointwisePart.Value, [0])).ToArray();
        for (var first = 0; first < lines.Length; first += 15)
        {
            var some = lines[first..Math.Min(lines.Length, first + 15)];
            FusingCheck.Verify(route, new([LeafKind.Full], 0, some, [.. Enumerable.Range(1, some.Length)]), 1, x.Length, x);
        }
    }

    /// <summary>What ILGPU made wrong while rounding was a sum and a difference: it joined the constants.</summary>
    public readonly struct RoundLess : IPointwise
    {
        public static T Value<T>(T x) where T : struct, ILane<T> =>
            T.Round(T.Min(T.Constant(9f), T.Max(T.Constant(-9f), x))) - T.Constant(0.3f);
    }

    [Test]
    public void Device_code_stays_in_registers_and_calls_nothing()
    {
        using var compiler = new PtxCompiler();
        foreach (var program in new[] { AllKinds, FusingCheck.Chain(48), FusingCheck.Shared(10) })
        {
            foreach (var oneRow in new[] { true, false })
            {
                var ptx = compiler.Compile(PointwiseKernel.Compile(program).DeviceMethod(oneRow));
                Assert.That(ptx, Does.Not.Contain(".local").And.Not.Contain("call"));
                Assert.That(ptx.Contains("div.u32"), Is.EqualTo(!oneRow && program == AllKinds), "an integer division");
            }
        }
    }

    [TestCaseSource(nameof(HostRoutes))]
    public void The_bits_do_not_depend_on_the_threads(int threads, int lane)
    {
        foreach (var (outer, inner) in new[] { (1, 20_001), (401, 53) })
        {
            using var one = new HostRoute(1, lane);
            using var many = new HostRoute(threads, lane);
            var wanted = FusingCheck.Run(one, AllKinds, outer, inner);
            var got = FusingCheck.Run(many, AllKinds, outer, inner);
            for (var k = 0; k < got.Length; k++)
                Assert.That(got[k].AsSpan().SequenceEqual(wanted[k]), Is.True, $"output {k} of {outer} x {inner}");
        }
    }

    [Test]
    public void An_output_may_be_the_memory_of_a_full_leaf([Values(3, 16, 100)] int inner)
    {
        using var route = new HostRoute(2);
        // Both outputs are written over the leaf that the other one reads.
        var program = new PointwiseProgram([LeafKind.Full, LeafKind.Full, LeafKind.Row], 0, [Line<Add>(0, 2), Line<Subtract>(1, 3)], [3, 4]);
        var x = FusingCheck.Numbers(3 * inner, 1);
        var y = FusingCheck.Numbers(3 * inner, 2);
        var r = FusingCheck.Numbers(inner, 3);
        using var first = FusingCheck.Place(route, x);
        using var second = FusingCheck.Place(route, y);
        using var row = FusingCheck.Place(route, r);
        PointwiseKernel.Compile(program).Run(route, [first.View, second.View, row.View], default, [second.View, first.View], 3, inner);
        var (a, b) = (new float[3 * inner], new float[3 * inner]);
        route.CopyOut(second.View, a);
        route.CopyOut(first.View, b);
        for (var i = 0; i < a.Length; i++)
        {
            Assert.That(a[i], Is.EqualTo(x[i] + r[i % inner]));
            Assert.That(b[i], Is.EqualTo(y[i] - a[i]));
        }
    }

    [Test]
    public void Results_too_large_for_the_caches_are_right()
    {
        using var route = new HostRoute(2);
        const int count = (8 << 20) + 37;
        using var x = route.Allocate(count);
        using var y = route.Allocate(count);
        route.Fill(x.View, 3f);
        PointwiseKernel.Compile(new([LeafKind.Full], 1, [Line<Multiply>(0, 1)], [2])).Run(route, [x.View], x.View, [y.View], 1, count);
        var got = new float[count];
        route.CopyOut(y.View, got);
        Assert.That(got.AsSpan().IndexOfAnyExcept(9f), Is.EqualTo(-1));
    }

    // A rectangle within wider operands: what lies beside and below it stays as it is.
    [Test]
    public unsafe void Rectangles_for_other_kernels_have_any_size([Values(4, 8, 16)] int lane)
    {
        const int rows = 3;
        var strides = stackalloc nint[4] { 0, 0, sizeof(float), 0 };
        var kernel = PointwiseKernel.Compile(new([LeafKind.Full, LeafKind.Row, LeafKind.Column], 1, [Line<Add>(0, 1), Line<Multiply>(4, 2), Line<Maximum>(5, 3)], [6]));
        var at = stackalloc float*[5];
        foreach (var n in Inners)
        {
            var line = n + 16;
            float[] z = FusingCheck.Numbers(rows * line, 1), bias = FusingCheck.Numbers(n, 2), scale = [2f, -1f, 3f], constants = [-0.5f], y = new float[(rows + 1) * line];
            Array.Fill(y, 7f);
            strides[0] = strides[3] = line * sizeof(float);
            fixed (float* a = z, b = bias, c = scale, d = constants, to = y)
            {
                at[0] = a;
                at[1] = b;
                at[2] = c;
                at[3] = to;
                at[4] = d;
                kernel.RunRows(at, n, rows, strides, lane);
            }

            for (var i = 0; i < y.Length; i++)
            {
                var (row, column) = (i / line, i % line);
                Assert.That(y[i], Is.EqualTo(row < rows && column < n ? Math.Max((z[i] + bias[column]) * scale[row], -0.5f) : 7f));
            }
        }
    }

    [Test]
    public void A_long_chain_and_a_graph_with_shared_values_agree()
    {
        using var route = new HostRoute(1);
        FusingCheck.Verify(route, FusingCheck.Chain(48), 1, 77);
        FusingCheck.Verify(route, FusingCheck.Shared(10), 1, 77);
    }

    [Test]
    public void A_program_cut_into_parts_agrees_in_place_and_with_broadcast_leaves([Values(4, 8, 16)] int lane)
    {
        using var route = new HostRoute(2, lane);
        // 12 tanh of 29 instructions: several parts, all reading the leaves; the last outputs are an early value and a leaf.
        var lines = Enumerable.Range(0, 12).SelectMany(i => new[] { Line<Tanh>(i == 0 ? 0 : 3 + 2 * i), Line<Add>(4 + 2 * i, i % 4) }).ToArray();
        var program = new PointwiseProgram([LeafKind.Full, LeafKind.Row, LeafKind.Column, LeafKind.Scalar], 0, lines, [27, 4, 6, 0]);
        foreach (var inner in new[] { 5, 16, 1500 })
        {
            FusingCheck.Verify(route, program, 2, inner);
            FusingCheck.Verify(route, program, 1, inner);
            var inPlace = new PointwiseProgram(program.Leaves, 0, lines, [27]);
            var wanted = FusingCheck.Run(route, inPlace, 3, inner)[0];
            Assert.That(FusingCheck.RunInPlace(route, inPlace, 3, inner), Is.EqualTo(wanted));
        }
    }

    [Test]
    public void A_cut_program_stores_an_early_output_only_when_no_part_after_reads_a_full_leaf()
    {
        using var route = new HostRoute(1);
        // Output 0 is known in the first part; the last part still reads the leaf whose memory it gets.
        var lines = Enumerable.Range(0, 6).Select(i => Line<Tanh>(i)).Append(Line<Multiply>(6, 0)).ToArray();
        var program = new PointwiseProgram([LeafKind.Full], 0, lines, [1, 7]);
        var wanted = FusingCheck.Run(route, program, 1, 40);
        Assert.That(FusingCheck.RunInPlace(route, program, 1, 40), Is.EqualTo(wanted[0]));
    }

    [Test]
    public void Parts_that_share_no_value_agree()
    {
        using var route = new HostRoute(1);
        var program = new PointwiseProgram([LeafKind.Row, LeafKind.Column], 0, [.. Enumerable.Range(0, 4).Select(i => Line<Tanh>(i % 2))], [2, 3, 4, 5]);
        FusingCheck.Verify(route, program, 3, 19);
    }

    [Test]
    public void Nothing_to_do_does_nothing()
    {
        using var route = new HostRoute(1);
        using var x = route.Allocate(1);
        PointwiseKernel.Compile(FusingCheck.Chain(4)).Run(route, [x.View], x.View, [x.View], 0, 5);
    }

    [Test]
    public void A_run_allocates_nothing()
    {
        using var route = new HostRoute(2);
        using var x = route.Allocate(5000);
        using var row = route.Allocate(100);
        var kernel = PointwiseKernel.Compile(new([LeafKind.Full, LeafKind.Row], 0, [Line<Add>(0, 1), Line<Tanh>(2)], [3]));
        void Play() => kernel.Run(route, [x.View, row.View], default, [x.View], 50, 100);
        long Growth()
        {
            var before = GC.GetTotalAllocatedBytes(true);
            for (var i = 0; i < 1000; i++)
                Play();
            return GC.GetTotalAllocatedBytes(true) - before;
        }

        // The test runner's own threads allocate now and then.
        Assert.That(Enumerable.Range(0, 5).Min(_ => Growth()), Is.Zero);
    }

    [Test]
    public void Equal_programs_share_a_kernel() =>
        Assert.That(PointwiseKernel.Compile(FusingCheck.Chain(5)), Is.SameAs(PointwiseKernel.Compile(FusingCheck.Chain(5))));

    [Test]
    public void Broken_programs_are_refused_with_the_rule_and_the_fix()
    {
        Refused(new([.. Enumerable.Repeat(LeafKind.Full, 16)], 0, [], [0]), "16 leaves and outputs at most", "Split the group");
        Refused(new([LeafKind.Full], 0, [Line<Add>(0, 1)], [1]), "calls Add.Value, which takes 2 of the 1 values", "in order");
        Refused(new([LeafKind.Full], 0, [Line<Add>(0)], [1]), "but got (0)", "in order");
        Refused(new([LeafKind.Full], 0, [], [3]), "An output is one of", "(3)");
        using var route = new HostRoute(1);
        using var x = route.Allocate(8);
        var error = Assert.Throws<ArgumentException>(() =>
            PointwiseKernel.Compile(FusingCheck.Chain(4)).Run(route, [x.View], x.View, [x.View], 3, 3));
        Assert.That(error!.Message, Does.Contain("Leaf 0 (Full) over (3, 3) needs 9 elements, but got 8"));
    }

    private static void Refused(PointwiseProgram program, params string[] parts)
    {
        var error = Assert.Throws<ArgumentException>(() => PointwiseKernel.Compile(program));
        foreach (var part in parts)
            Assert.That(error!.Message, Does.Contain(part));
    }

    [Test]
    public void No_dynamic_module_grows_beyond_its_types()
    {
        var types = Enumerable.Range(0, 3 * ProgramEmitter.TypesOfModule).Select(_ =>
        {
            lock (ProgramEmitter.Gate)
                return ProgramEmitter.NewType("Test", TypeAttributes.Abstract, typeof(object)).CreateType();
        }).ToList();
        Assert.That(types.CountBy(type => type.Module).Max(module => module.Value), Is.LessThanOrEqualTo(ProgramEmitter.TypesOfModule));
        Assert.That(types.Select(type => type.FullName), Is.Unique);
    }
}
