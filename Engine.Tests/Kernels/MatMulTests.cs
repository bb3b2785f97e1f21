using GpuNN.Kernels;
using ILGPU;
using ILGPU.Runtime.CPU;
using NUnit.Framework;

namespace GpuNN.Tests;

using GpuNN.Pointwise;

[TestFixture, Category("Kernels")]
public sealed class MatMulTests
{
    private static readonly int[] Widths = [16, 8, 4];

    // max(0, (c + bias) scale + constant): values 0 to 2 are the leaves, 3 the constant.
    private static readonly PointwiseKernel ShiftScaleAndCut = PointwiseKernel.Compile(new PointwiseProgram(
        [LeafKind.Full, LeafKind.Row, LeafKind.Column], 1,
        [
            new(typeof(Add), PointwisePart.Value, [0, 1]), new(typeof(Multiply), PointwisePart.Value, [4, 2]),
            new(typeof(Add), PointwisePart.Value, [5, 3]), new(typeof(Relu), PointwisePart.Value, [6]),
        ],
        [7]));

    // Sizes that differ in every axis, do not divide tiles, meet every kernel height, cross a block of inner indices, or are 1.
    private static readonly (int Rows, int Columns, int Inner)[] Sizes =
    [
        (1, 1, 1), (1, 1, 40), (3, 5, 7), (17, 33, 65), (64, 32, 2), (64, 32, 1), (64, 1, 32), (1, 64, 32), (5, 1, 77), (2, 1, 3),
        (1, 37, 1), (1, 37, 600), (1, 300, 700), (4, 130, 9), (6, 65, 5), (7, 31, 1030), (29, 47, 521), (128, 10, 50), (13, 96, 16), (9, 200, 31),
    ];

    private static IEnumerable<MatMulShape> Shapes()
    {
        foreach (var (rows, columns, inner) in Sizes)
        {
            for (var turned = 0; turned < 4; turned++)
                yield return new MatMulShape(1, rows, columns, inner, TransposeA: (turned & 1) != 0, TransposeB: (turned & 2) != 0);
        }
        foreach (var (rows, columns, inner) in new[] { (5, 19, 23), (1, 18, 20), (21, 1, 34) })
        {
            for (var form = 0; form < 16; form++)
            {
                yield return new MatMulShape(3, rows, columns, inner, TransposeA: (form & 1) != 0, TransposeB: (form & 2) != 0,
                    SharedA: (form & 4) != 0, SharedB: (form & 8) != 0);
            }
        }
        yield return new MatMulShape(67, 9, 11, 6, TransposeB: true);
        yield return new MatMulShape(67, 9, 11, 6, TransposeA: true, SharedB: true);
    }

    /// <summary>Large enough that both operands are packed, in more than one block of inner indices; at every lane width.</summary>
    private static readonly MatMulShape[] Large =
    [
        new(1, 500, 530, 1100), new(1, 500, 530, 1100, TransposeA: true), new(1, 500, 530, 1100, TransposeB: true),
        new(1, 3, 1000, 500), new(2, 500, 530, 1100, SharedA: true),
    ];

    [Test]
    public void The_host_agrees_with_a_triple_loop([ValueSource(nameof(Widths))] int width)
    {
        using var route = new HostRoute(threads: 1, width);
        foreach (var shape in Shapes())
            Check(shape, Operands(shape), Product(route, shape));
    }

    [Test]
    public void Packed_operands_agree_with_a_triple_loop([ValueSource(nameof(Widths))] int width, [ValueSource(nameof(Large))] MatMulShape shape)
    {
        using var route = new HostRoute(threads: 2, width);
        Check(shape, Operands(shape), Product(route, shape), samples: 2000);
    }

    [Test]
    public void The_device_form_agrees_with_a_triple_loop()
    {
        var context = Context.Create(builder => builder.CPU());
        using var route = new DeviceRoute(context.CreateCPUAccelerator(0), "ilgpu-cpu");
        foreach (var shape in Shapes().Where(shape => shape.ElementsOfC < 400))
            Check(shape, Operands(shape), Product(route, shape));
    }

    // On a device: ragged tiles of both sizes, operands in quads and not, batches, inner sums that are split.
    private static IEnumerable<MatMulShape> TiledShapes()
    {
        foreach (var (rows, columns, inner) in new[] { (37, 70, 21), (64, 32, 12), (9, 35, 33), (31, 29, 15), (12, 8, 1040), (9, 11, 530) })
        {
            for (var turned = 0; turned < 4; turned++)
                yield return new MatMulShape(1, rows, columns, inner, TransposeA: (turned & 1) != 0, TransposeB: (turned & 2) != 0);
        }
        // Full tiles of 128 x 128 where groups have 256 threads.
        yield return new MatMulShape(1, 250, 128, 20);
        yield return new MatMulShape(1, 125, 250, 12, TransposeA: true, TransposeB: true);
        yield return new MatMulShape(3, 16, 20, 16);
        yield return new MatMulShape(3, 16, 20, 16, SharedA: true, TransposeB: true);
        yield return new MatMulShape(3, 17, 20, 16, SharedB: true, TransposeA: true);
        yield return new MatMulShape(3, 9, 21, 17, SharedB: true);
        yield return new MatMulShape(2, 12, 8, 520, TransposeA: true, SharedB: true);
        yield return new MatMulShape(2, 3, 5, 513, TransposeB: true);
    }

    [Test]
    public void Tiles_on_every_device_agree_with_a_triple_loop()
    {
        foreach (var route in KernelRoutes.Devices)
        {
            foreach (var shape in TiledShapes())
                Check(shape, Operands(shape), Product(route, shape));
        }
    }

    // An operand that starts between quads must be read number by number.
    [Test]
    public void Tiles_on_every_device_take_operands_from_anywhere([Values(0, 1, 2, 4)] int offset)
    {
        var shape = new MatMulShape(1, 16, 20, 16);
        var (left, right) = Operands(shape);
        foreach (var route in KernelRoutes.Devices)
        {
            using var a = Poisoned(route, [.. new float[offset], .. left], left.Length + offset);
            using var b = Poisoned(route, [.. new float[offset], .. right], right.Length + offset);
            using var c = Poisoned(route, [], shape.ElementsOfC + offset);
            var product = new float[shape.ElementsOfC];
            new MatrixProduct(route, shape).Run(
                a.View.Slice(offset, left.Length), b.View.Slice(offset, right.Length), c.View.Slice(offset, product.Length), default);
            route.CopyOut(c.View.Slice(offset, product.Length), product);
            Check(shape, (left, right), product);
        }
    }

    [Test]
    public void Sums_of_a_device_are_split_by_the_shape_alone()
    {
        foreach (var route in KernelRoutes.Devices)
        {
            Assert.That(new MatrixProduct(route, new MatMulShape(1, 12, 8, 1040)).Workspace, Is.EqualTo(4 * 96), $"{route.Name}: four slices");
            Assert.That(new MatrixProduct(route, new MatMulShape(1, 12, 8, 500)).Workspace, Is.Zero, $"{route.Name}: too short");
            Assert.That(new MatrixProduct(route, new MatMulShape(1, 2000, 2000, 4000)).Workspace, Is.Zero, $"{route.Name}: enough tiles");
        }
    }

    [Test]
    public void A_matrix_beyond_32_bits_is_refused_by_a_device() => Assert.That(
        () => new MatrixProduct(KernelRoutes.Devices[0], new MatMulShape(1, 3, 50_000, 50_000)).Run(default, default, default, default),
        Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("right operand has 2,500,000,000").And.Message.Contains("into parts"));

    [Test]
    public void Threads_do_not_change_a_bit([ValueSource(nameof(Widths))] int width)
    {
        MatMulShape[] shapes =
        [
            new(1, 130, 97, 300), new(1, 130, 97, 300, TransposeB: true), new(1, 90, 500, 2000, TransposeA: true),
            new(1, 1, 900, 3000), new(1, 900, 1, 3000), new(40, 33, 34, 35, TransposeB: true), .. Large,
        ];
        foreach (var shape in shapes)
        {
            float[]? first = null;
            foreach (var threads in new[] { 1, 2, 3, 5 })
            {
                using var route = new HostRoute(threads, width);
                var product = Product(route, shape);
                Assert.That(product, Is.EqualTo(first ?? product), $"{shape} on {threads} threads");
                first ??= product;
            }
        }
    }

    [Test]
    public void The_end_runs_once_over_each_finished_element([ValueSource(nameof(Widths))] int width)
    {
        using var route = new HostRoute(threads: 3, width);
        CheckEnds(route, EndedShapes);
    }

    [Test]
    public void The_device_form_runs_the_end_too()
    {
        var context = Context.Create(builder => builder.CPU());
        using var route = new DeviceRoute(context.CreateCPUAccelerator(0), "ilgpu-cpu");
        CheckEnds(route, EndedShapes.Where(shape => shape.ElementsOfC < 400));
    }

    private static readonly MatMulShape[] EndedShapes =
    [
        new(1, 17, 33, 65), new(1, 128, 512, 600), new(3, 17, 70, 9), new(3, 17, 70, 9, SharedB: true), new(1, 40, 1, 30), new(2, 1, 50, 20),
        new(2, 30, 1, 20, TransposeA: true), new(1, 1, 50, 20, TransposeB: true), new(90, 5, 6, 7, TransposeB: true), new(2, 3, 20, 0), Large[1],
    ];

    private static void CheckEnds(Route route, IEnumerable<MatMulShape> shapes)
    {
        foreach (var shape in shapes)
        {
            var plain = Product(route, shape);
            var bias = Numbers(shape.Columns, 3);
            var scale = Numbers(shape.Batch * shape.Rows, 4);
            var product = Product(route, shape, bias, scale);
            var expected = new float[plain.Length];
            for (var i = 0; i < plain.Length; i++)
                expected[i] = Math.Max(0, (plain[i] + bias[i % shape.Columns]) * scale[i / shape.Columns] + 0.25f);
            Assert.That(product, Is.EqualTo(expected), $"{shape}");
        }
    }

    [Test]
    public void An_empty_sum_is_zero_and_an_empty_product_does_nothing()
    {
        using var route = new HostRoute(threads: 2);
        Assert.That(Product(route, new MatMulShape(2, 3, 5, 0)), Is.All.EqualTo(0f));
        foreach (var shape in new[] { new MatMulShape(0, 3, 5, 7), new MatMulShape(1, 0, 5, 7), new MatMulShape(1, 3, 0, 7) })
            Assert.That(Product(route, shape), Is.Empty);
    }

    [Test]
    public void A_product_allocates_nothing_after_the_first()
    {
        using var route = new HostRoute(threads: 2);
        var shape = new MatMulShape(1, 200, 100, 90, TransposeB: true);
        using var a = route.Allocate(shape.ElementsOfA);
        using var b = route.Allocate(shape.ElementsOfB);
        using var c = route.Allocate(shape.ElementsOfC);
        var product = new MatrixProduct(route, shape);
        using var workspace = route.Allocate(Math.Max(1, product.Workspace));
        for (var i = 0; i < 100; i++)
            product.Run(a.View, b.View, c.View, workspace.View);
        Assert.That(GarbageMeter.Least(() =>
        {
            for (var i = 0; i < 100; i++)
                product.Run(a.View, b.View, c.View, workspace.View);
        }), Is.Zero);
    }

    private static float[] Numbers(long count, int seed)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = random.NextSingle() * 2 - 1;
        return numbers;
    }

    private static (float[] A, float[] B) Operands(MatMulShape shape) => (Numbers(shape.ElementsOfA, 1), Numbers(shape.ElementsOfB, 2));

    // Everything that holds no operand is NaN, what lies behind the operands included.
    private static Block Poisoned(Route route, ReadOnlySpan<float> numbers, long count)
    {
        var block = route.Allocate(Math.Max(1, count));
        route.Fill(block.View, float.NaN);
        if (numbers.Length > 0)
            route.CopyIn(numbers, block.View.Slice(0, numbers.Length));
        return block;
    }

    private static float[] Product(Route route, MatMulShape shape, float[]? bias = null, float[]? scale = null)
    {
        var (left, right) = Operands(shape);
        using var a = Poisoned(route, left, left.Length);
        using var b = Poisoned(route, right, right.Length);
        using var c = Poisoned(route, [], shape.ElementsOfC);
        var ready = new MatrixProduct(route, shape);
        using var workspace = Poisoned(route, [], ready.Workspace);
        using var biases = Poisoned(route, bias, shape.Columns);
        using var scales = Poisoned(route, scale, shape.Batch * shape.Rows);
        using var constant = Poisoned(route, [0.25f], 1);
        var end = bias is null ? null : new ProductEnd(ShiftScaleAndCut,
            [c.View, biases.View, scales.View], constant.View, [c.View], shape.Batch * shape.Rows, shape.Columns);
        ready.Run(a.View, b.View, c.View, workspace.View, end);
        var product = new float[shape.ElementsOfC];
        if (product.Length > 0)
            route.CopyOut(c.View.Slice(0, product.Length), product);
        return product;
    }

    private static void Check(MatMulShape shape, (float[] A, float[] B) operands, float[] product, int samples = int.MaxValue)
    {
        var (rows, columns, inner) = (shape.Rows, shape.Columns, shape.Inner);
        var random = new Random(5);
        for (var sample = 0; sample < Math.Min(samples, product.Length); sample++)
        {
            var index = samples < product.Length ? random.Next(product.Length) : sample;
            var (line, column) = (index / columns, index % columns);
            var (item, row) = (line / rows, line % rows);
            var left = operands.A.AsSpan(shape.SharedA ? 0 : item * rows * inner, rows * inner);
            var right = operands.B.AsSpan(shape.SharedB ? 0 : item * inner * columns, inner * columns);
            double sum = 0, size = 0;
            for (var k = 0; k < inner; k++)
            {
                var term = (double)left[shape.TransposeA ? k * rows + row : row * inner + k] * right[shape.TransposeB ? column * inner + k : k * columns + column];
                sum += term;
                size += Math.Abs(term);
            }
            if (!(Math.Abs(product[index] - sum) <= 1e-5 * size))
                Assert.Fail($"{shape}: element ({item}, {row}, {column}) is {product[index]}, but should be {sum}.");
        }
    }
}
