using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The host's random streams.</summary>
public sealed class RandomStreamTests
{
    [Test]
    public void Gives_the_published_words_of_Philox()
    {
        // Salmon et al., known answers of philox4x32-10: counter 0, key 0.
        var random = new RandomStream(0, 0);
        Assert.That(new[] { random.Bits(), random.Bits(), random.Bits(), random.Bits() },
            Is.EqualTo(new[] { 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u }));
    }

    [Test]
    public void Streams_of_another_key_differ()
    {
        ulong[] first =
        [
            First(1, RandomPurpose.Order, 0), First(2, RandomPurpose.Order, 0), First(1, RandomPurpose.Split, 0),
            First(1, RandomPurpose.Order, 1), First(1, RandomPurpose.Order, 1UL << 32), First(1UL << 32, RandomPurpose.Order, 0),
        ];
        Assert.That(first, Is.Unique);

        static ulong First(ulong seed, RandomPurpose purpose, ulong item) => new RandomStream(seed, purpose, item).LongBits();
    }

    [Test]
    public void Numbers_have_the_moments_of_their_distribution()
    {
        const int Count = 200_000;
        var random = new RandomStream(3, RandomPurpose.Generation);
        double mean = 0, square = 0, fourth = 0, uniform = 0;
        var drawn = new int[7];
        for (var i = 0; i < Count; i++)
        {
            var x = random.Normal();
            (mean, square, fourth) = (mean + x / Count, square + x * x / Count, fourth + x * x * x * x / Count);
            uniform += random.Uniform(-1, 3) / Count;
            drawn[random.Below(7)]++;
        }
        Assert.Multiple(() =>
        {
            // Five standard errors each.
            Assert.That(mean, Is.EqualTo(0).Within(5 / Math.Sqrt(Count)));
            Assert.That(square, Is.EqualTo(1).Within(5 * Math.Sqrt(2.0 / Count)));
            Assert.That(fourth, Is.EqualTo(3).Within(5 * Math.Sqrt(96.0 / Count)));
            Assert.That(uniform, Is.EqualTo(1).Within(5 * 4 / Math.Sqrt(12.0 * Count)));
            Assert.That(drawn, Is.All.EqualTo(Count / 7.0).Within(5 * Math.Sqrt(Count / 7.0)));
        });
    }

    [Test]
    public void A_permutation_holds_every_number_once()
    {
        var order = new int[1000];
        new RandomStream(5, RandomPurpose.Order, 2).Permutation(order);
        Assert.That(order, Is.Not.Ordered);
        Assert.That(order.Order(), Is.EqualTo(Enumerable.Range(0, 1000)));
    }
}
