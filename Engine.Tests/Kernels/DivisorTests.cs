using GpuNN.Kernels;

namespace GpuNN.Tests;

[Category("Kernels")]
public sealed class DivisorTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(7)]
    [TestCase(49)]
    [TestCase(64)]
    [TestCase(641)]
    [TestCase(65537)]
    [TestCase(1 << 30)]
    [TestCase((1 << 30) + 1)]
    [TestCase(int.MaxValue)]
    public void Divides_as_the_processor_does(int d)
    {
        var divisor = new Divisor(d);
        var random = new Random(d);
        var multiples = Enumerable.Range(0, 1000).Select(_ => random.NextInt64(int.MaxValue / (long)d + 1) * d).SelectMany(n => new[] { n - 1, n, n + 1 });
        foreach (var n in multiples.Concat([0, 1, d, d - 1, int.MaxValue, int.MaxValue - 1, random.Next()]).Where(n => n is >= 0 and <= int.MaxValue))
            Assert.That(divisor.Divide((int)n), Is.EqualTo(n / d), $"{n} / {d}");
    }

    [Test]
    public void Nothing_to_divide_by_counts_as_one() => Assert.That(new Divisor(0).Value, Is.EqualTo(1));
}
