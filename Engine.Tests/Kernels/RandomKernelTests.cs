using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

[Category("Kernels")]
public sealed class RandomKernelTests
{
    private const uint Low = 0x12345678;
    private const uint High = 0x9ABCDEF0;

    [TestCase(0u, 0u, 0u, 0u, 0u, 0u, 0x6627E8D5u, 0xE169C58Du, 0xBC57AC4Cu, 0x9B00DBD8u)]
    [TestCase(uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, 0x408F276Du, 0x41C83B0Eu, 0xA20BC7C6u, 0x6D5451FDu)]
    [TestCase(0x243F6A88u, 0x85A308D3u, 0x13198A2Eu, 0x03707344u, 0xA4093822u, 0x299F31D0u, 0xD16CFE09u, 0x94FDCCEBu, 0x5001E420u, 0x24126EA1u)]
    public void Blocks_are_those_of_Random123(uint a, uint b, uint c, uint d, uint keyLow, uint keyHigh, uint w, uint x, uint y, uint z)
    {
        var block = PhiloxBlock.Of(a, b, c, d, keyLow, keyHigh);
        Assert.That(new[] { block.A, block.B, block.C, block.D }, Is.EqualTo(new[] { w, x, y, z }));
    }

    [Test]
    public void Uniforms_are_the_same_bits_everywhere([Values(1, 3, 64, 203)] int count)
    {
        var expected = new double[count];
        for (var k = 0; k < count; k++)
            expected[k] = Word(k, step: 7) / 256 / 16777216.0;
        KernelRoutes.Verify(expected, 0, at => Run(at, count, (y, step) => RandomKernels.Uniform(at.Route, y, Low, High, step)));
    }

    [Test]
    public void Normals_agree_with_the_formula([Values(5, 1003)] int count)
    {
        var expected = new double[count];
        for (var k = 0; k < count; k++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - Word(k & ~1, 7) / 256 / 16777216.0));
            var (sin, cos) = Math.SinCos(2 * Math.PI * (Word(k | 1, 7) / 256) / 16777216.0);
            expected[k] = radius * (k % 2 == 0 ? cos : sin);
        }
        KernelRoutes.Verify(expected, 0, at => Run(at, count, (y, step) => RandomKernels.Normal(at.Route, y, Low, High, step)), 1e-6);
    }

    [Test]
    public void Masks_are_the_same_bits_everywhere()
    {
        const int count = 203;
        var mask = new double[count];
        for (var k = 0; k < count; k++)
            mask[k] = Word(k, 7) / 256 / 16777216.0 < 0.3f ? 2.5 : 0;
        KernelRoutes.Verify(mask, 0, at => Run(at, count, (y, step) => RandomKernels.Bernoulli(at.Route, y, Low, High, step, 0.3f, 2.5f)));
        var p = Numbers.Uniform(count, -0.2f, 1.2f);
        p[9] = float.NaN;
        for (var k = 0; k < count; k++)
            mask[k] = Word(k, 7) / 256 / 16777216.0 < p[k] ? 1 : 0;
        KernelRoutes.Verify(mask, 0, at => Run(at, count, (y, step) => RandomKernels.Bernoulli(at.Route, at.Input(p), y, Low, High, step)));
    }

    [Test]
    public void Moments_are_those_of_the_distributions_and_steps_differ()
    {
        const int count = 1 << 18;
        var step = 0;
        foreach (var width in KernelRoutes.Widths)
        {
            var first = Draw(RandomKernels.Normal, width, step);
            Assert.That(first.Average(), Is.Zero.Within(5 / Math.Sqrt(count)));
            Assert.That(first.Average(v => (double)v * v), Is.EqualTo(1).Within(5 * Math.Sqrt(2.0 / count)));
            Assert.That(first.Average(v => Math.Pow(v, 4)), Is.EqualTo(3).Within(5 * Math.Sqrt(96.0 / count)));
            var uniform = Draw(RandomKernels.Uniform, width, step);
            Assert.That(uniform.Average(), Is.EqualTo(0.5).Within(5 / Math.Sqrt(12.0 * count)));
            Assert.That(uniform.Zip(uniform.Skip(1), (a, b) => (a - 0.5) * (b - 0.5)).Average(), Is.Zero.Within(5 / 12.0 / Math.Sqrt(count)));
            Assert.That(Draw(RandomKernels.Uniform, width, step + 1).Zip(uniform, (a, b) => a == b ? 1 : 0).Sum(), Is.LessThan(5));
        }

        float[] Draw(Action<Route, View, uint, uint, View> draw, int width, int at) => KernelMemory.Run(KernelRoutes.Host(width), memory =>
        {
            var y = memory.Output(count);
            draw(memory.Route, y, Low, High, memory.Input(at));
            return memory.Read(y);
        });
    }

    [Test]
    public void A_stream_is_the_blocks_in_order()
    {
        var stream = new Philox(0x9ABCDEF012345678, 0x0000000500000007);
        for (var counter = 0u; counter < 3; counter++)
        {
            var block = PhiloxBlock.Of(counter, 0, 7, 5, Low, High);
            foreach (var word in new[] { block.A, block.B, block.C, block.D })
                Assert.That(stream.NextUInt(), Is.EqualTo(word));
        }
    }

    [Test]
    public void A_stream_draws_numbers_of_each_kind()
    {
        var stream = new Philox(3);
        var uniform = Enumerable.Range(0, 100_000).Select(_ => stream.NextFloat()).ToArray();
        Assert.That(uniform, Is.All.InRange(0f, 0.99999994f));
        Assert.That(uniform.Average(), Is.EqualTo(0.5).Within(5 / Math.Sqrt(12.0 * 100_000)));
        var normal = Enumerable.Range(0, 100_000).Select(_ => stream.NextNormal()).ToArray();
        Assert.That(normal.Average(v => (double)v * v), Is.EqualTo(1).Within(5 * Math.Sqrt(2.0 / 100_000)));
        var counts = new int[7];
        for (var k = 0; k < 70_000; k++)
            counts[stream.NextInt(7)]++;
        Assert.That(counts, Is.All.EqualTo(10_000).Within(500));
        Assert.That(stream.NextInt(1), Is.Zero);
        Assert.That(() => stream.NextInt(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static float[] Run(KernelMemory at, int count, Action<View, View> draw)
    {
        var y = at.Output(count);
        draw(y, at.Input(7));
        return at.Read(y);
    }

    private static uint Word(int element, uint step)
    {
        var block = PhiloxBlock.Of((uint)element / 4, 0, step, 0, Low, High);
        return (element % 4) switch { 0 => block.A, 1 => block.B, 2 => block.C, _ => block.D };
    }
}
