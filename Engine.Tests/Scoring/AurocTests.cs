using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The area under the curve, against the share of pairs that are in order, counted one by one.</summary>
[Notes("2.1.7", "The anomaly detection problem")]
public sealed class AurocTests
{
    [TestCase(new float[] { 1 }, new float[] { 0 }, 1)]
    [TestCase(new float[] { 0 }, new float[] { 1 }, 0)]
    [TestCase(new float[] { 1 }, new float[] { 1 }, 0.5)]
    [TestCase(new float[] { 3, 1 }, new float[] { 2, 0 }, 0.75)]
    [TestCase(new float[] { 2, 2 }, new float[] { 2, 1, 3 }, 0.5)]
    [TestCase(new[] { float.PositiveInfinity, 0 }, new[] { float.NegativeInfinity, 0 }, 0.875)]
    public void Small_cases_are_exact(float[] positive, float[] negative, double area) => Assert.That(Auroc.Of(positive, negative), Is.EqualTo(area));

    // few levels make many ties
    [Test]
    public void It_is_the_share_of_pairs_in_order([Values(1, 3, 50, 1_000_000)] int levels)
    {
        var stream = new Philox(9, (ulong)levels);
        float[] Draw(int count, int shift) => [.. Enumerable.Range(0, count).Select(_ => (stream.NextInt(levels) + shift * levels / 4) / 7f)];
        float[] positive = Draw(83, 1), negative = Draw(131, 0);
        var won = positive.Sum(p => negative.Sum(n => p > n ? 1 : p == n ? 0.5 : 0));
        Assert.That(Auroc.Of(positive, negative), Is.EqualTo(won / (83 * 131)).Within(1e-14));
    }

    [Test]
    public void One_kind_alone_is_refused() => Assert.Multiple(() =>
    {
        Assert.That(() => Auroc.Of([], [1]), Throws.ArgumentException.With.Message.StartWith("Auroc: needs scores of both kinds, but got 0 positive and 1 negative ones."));
        Assert.That(() => Auroc.Of([1], []), Throws.ArgumentException);
    });

    [Test]
    public void A_score_that_is_no_number_is_refused() =>
        Assert.That(() => Auroc.Of([1, float.NaN], [0]), Throws.ArgumentException.With.Message.Contains("NaN"));
}
