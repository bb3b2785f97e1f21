using GpuNN.Benchmarks;
using NUnit.Framework;

namespace GpuNN.Tests;

public sealed class MeasurementTests
{
    [TestCase(0.0, 1)]
    [TestCase(0.5, 3)]
    [TestCase(0.9, 4.6)]
    [TestCase(1.0, 5)]
    public void Percentiles_lie_on_straight_lines_between_samples(double share, double expected) =>
        Assert.That(Measurement.Percentile([1, 2, 3, 4, 5], share), Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void The_median_of_an_even_number_is_the_middle_of_two() =>
        Assert.That(Measurement.Percentile([1, 2, 4, 5], 0.5), Is.EqualTo(3));

    [Test]
    public void A_percentile_of_one_sample_is_that_sample() =>
        Assert.That(Measurement.Percentile([7], 0.9), Is.EqualTo(7));

    [TestCase(5, 0.15, 34)]
    [TestCase(5, 5, 1)]
    [TestCase(5, 80, 1)]
    public void A_sample_lasts_long_enough(double sample, double step, int inner) =>
        Assert.That(Measurement.InnerSteps(sample, step), Is.EqualTo(inner));

    [Test]
    public void Every_sample_ends_with_a_wait_and_averages_its_steps()
    {
        var steps = 0;
        var waits = 0;
        var taken = Measurement.Take(
            () =>
            {
                steps++;
                Thread.SpinWait(2000);
            },
            () => waits++,
            new MeasurementRules(Seconds: 0, LeastSamples: 3, SampleMilliseconds: 0.5));
        var warmUp = waits - taken.Samples;
        Assert.Multiple(() =>
        {
            Assert.That(taken.Samples, Is.EqualTo(3));
            Assert.That(warmUp, Is.GreaterThanOrEqualTo(3));
            Assert.That(steps, Is.EqualTo(warmUp + taken.Samples * taken.Inner));
            Assert.That(taken.Minimum, Is.GreaterThan(0));
            Assert.That(taken.Median, Is.InRange(taken.Minimum, taken.NinthDecile));
        });
    }

    [Test]
    public void Busy_seconds_count_work_and_not_waiting() =>
        Assert.That(OtherLoad.BusySeconds("cpu  100 20 30 99999 88888 4 5 6 0 0"), Is.EqualTo(1.65).Within(1e-12));

    [TestCase(3, 1, 20, 0.1)]
    [TestCase(1, 1.01, 20, 0)]
    public void Others_have_what_is_not_ours(double busy, double own, double available, double share) =>
        Assert.That(OtherLoad.Share(busy, own, available), Is.EqualTo(share).Within(1e-12));
}
