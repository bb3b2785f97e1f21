using System.Text.RegularExpressions;
using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>
/// What a driver is given for tiled products: vector loads, sums in registers, nothing else in the innermost loop. That they
/// use no local memory and little shared memory is checked with all other kernels.
/// </summary>
[Category("Kernels")]
public sealed class TilePtxTests
{
    // Inner indices that the innermost loop takes at once.
    private const int Unrolled = 2;

    private static readonly Type[] products = [typeof(MatMulProduct), typeof(ForwardProduct), typeof(InputGradientProduct), typeof(WeightGradientProduct)];
    private static readonly Type[] sums = [typeof(SmallSums), typeof(LargeSums)];
    private static readonly Type[] loaders = [typeof(SingleLoader), typeof(QuadLoader)];

    private readonly PtxCompiler compiler = new();

    [OneTimeTearDown]
    public void Close() => compiler.Dispose();

    [Test]
    public void The_innermost_loop_is_multiply_adds_and_vector_loads(
        [ValueSource(nameof(products))] Type product, [ValueSource(nameof(sums))] Type sum, [ValueSource(nameof(loaders))] Type loader)
    {
        var ptx = Compile(product, sum, loader, loader);
        var loop = InnermostLoop(ptx);
        var quads = sum == typeof(LargeSums) ? 2 : 1;
        var products = Unrolled * quads * quads * Quad.Width * Quad.Width;
        Assert.Multiple(() =>
        {
            Assert.That(Count(loop, @"mul\.f32|fma\.rn\.f32"), Is.EqualTo(products), "products");
            Assert.That(Count(loop, @"add\.f32|fma\.rn\.f32"), Is.EqualTo(products), "sums");
            Assert.That(Count(loop, @"ld\.shared\.v4\.f32"), Is.EqualTo(Unrolled * 2 * quads), "vector loads of shared memory");
            Assert.That(Count(loop, @"\b(ld|st)\."), Is.EqualTo(Unrolled * 2 * quads), "all loads and stores");
            Assert.That(Count(loop, @"\b(div|rem|bar)\."), Is.Zero, "divisions and barriers");
        });
    }

    [Test]
    public void Quads_of_device_memory_are_vector_loads(
        [ValueSource(nameof(products))] Type product, [ValueSource(nameof(loaders))] Type left, [ValueSource(nameof(loaders))] Type right)
    {
        var ptx = Compile(product, typeof(SmallSums), left, right);
        // One load before the loop and one in it, of a quad or of four numbers; one more number is the bias.
        var quads = new[] { left, right }.Count(loader => loader == typeof(QuadLoader));
        Assert.That(Count(ptx, @"ld\.global\.v4\.f32"), Is.EqualTo(2 * quads), "vector loads");
        Assert.That(Count(ptx, @"ld\.global\.f32"), Is.EqualTo(2 * Quad.Width * (2 - quads) + 1), "single loads");
        Assert.That(Count(ptx, @"st\.shared\.v4\.f32"), Is.EqualTo(quads + Quad.Width), "vector stores to shared memory: operands, and sums on their way out");
        Assert.That(Count(ptx, @"\b(ld|st)\.(v4\.)?f32"), Is.Zero, "accesses of which the driver does not know whether they go to shared memory");
    }

    private string Compile(Type product, Type sum, Type left, Type right) =>
        compiler.Compile(typeof(TiledProductBody<,,,>).MakeGenericType(product, sum, left, right));

    /// <summary>The block, between two labels, that multiplies.</summary>
    private static string InnermostLoop(string ptx)
    {
        var blocks = Regex.Split(ptx, @"(?m)^(?=\s*L_\d+:)");
        return blocks.Single(block => block.Contains("ld.shared.v4", StringComparison.Ordinal));
    }

    private static int Count(string ptx, string pattern) => ptx.Split('\n').Count(line => Regex.IsMatch(line, pattern));
}
