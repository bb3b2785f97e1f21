using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>The error against the number of samples, and against the number of inputs that say nothing.</summary>
[Notes("4.2.3", "Curse of dimensionality")]
public sealed class LearningCurveTests
{
    /// <summary>Two clouds, 3 deviations apart in the first of the inputs, and any number of inputs of pure noise.</summary>
    private static DataPair Clouds(int noise, int train = 100, int test = 300)
    {
        return new DataPair(Part(train, 0), Part(test, 1UL << 32));

        DataSet Part(int count, ulong first)
        {
            var labels = Enumerable.Range(0, count).Select(row => row % 2).ToArray();
            return DataSet.WithLabels([.. labels.SelectMany((label, row) =>
            {
                var random = new Philox(5, first + (ulong)row);
                return Enumerable.Range(0, 1 + noise).Select(c => random.NextNormal() + (c == 0 ? 3f * label : 0)).ToArray();
            })], [1 + noise], labels, 2);
        }
    }

    [Test]
    public void The_nearest_neighbour_errs_more_with_every_group_of_inputs_that_say_nothing()
    {
        var errors = new[] { 0, 5, 25, 125 }.Select(noise => Clouds(noise)).Select(data => Reference.NearestNeighbourError(data.Train, data.Test)).ToArray();
        Assert.That(errors, Is.Ordered.Ascending);
        Assert.That(errors[0], Is.LessThan(0.13), "twice the 6.7 % of the best rule");
        Assert.That(errors[^1], Is.GreaterThan(0.25));
    }

    [Test]
    public void More_samples_lower_the_test_error()
    {
        var points = LearningCurve.Measure(Clouds(5, train: 400), [10, 60, 400], part => set => Reference.NearestNeighbourError(part, set));
        Assert.That(points.Select(point => point.Samples), Is.EqualTo(new[] { 10, 60, 400 }));
        Assert.That(points.Select(point => point.TestError), Is.Ordered.Descending);
        Assert.That(points.Select(point => point.TrainingError), Is.All.Zero, "each sample is its own neighbour");
    }

    [Test]
    public void A_network_is_trained_anew_on_each_part()
    {
        using var device = Device.On(new HostRoute(1));
        var points = LearningCurve.Measure(Clouds(3, train: 200), [2, 200], part =>
        {
            var trainer = new Trainer(device, new Dense(4, 2), Loss.SoftmaxCrossEntropy, new Adam(0.05f));
            trainer.Fit(part, epochs: 2000 / part.Count, batch: part.Count);
            return set => 1 - trainer.Evaluate(set).Accuracy;
        });
        Assert.That(points[1].TestError, Is.LessThan(0.12).And.LessThan(points[0].TestError));
        Assert.That(points[0].TestError - points[0].TrainingError, Is.GreaterThan(points[1].TestError - points[1].TrainingError), "the gap closes");
    }

    [Test]
    public void A_part_holds_the_smaller_ones_and_depends_on_the_seed()
    {
        List<float[]> Parts(ulong seed)
        {
            var parts = new List<float[]>();
            LearningCurve.Measure(Clouds(0, train: 30), [4, 9, 30], part =>
            {
                parts.Add(part.Inputs.ToArray());
                return _ => 0;
            }, seed);
            return parts;
        }
        var parts = Parts(1);
        Assert.That(parts[1][..4], Is.EqualTo(parts[0]));
        Assert.That(parts[2][..9], Is.EqualTo(parts[1]));
        Assert.That(parts[2], Is.EquivalentTo(Clouds(0, train: 30).Train.Inputs.ToArray()));
        Assert.That(Parts(1)[0], Is.EqualTo(parts[0]));
        Assert.That(Parts(2)[0], Is.Not.EqualTo(parts[0]));
    }

    [TestCase(0)]
    [TestCase(31)]
    public void A_size_that_the_set_does_not_have_is_refused(int size) => Assert.That(
        () => LearningCurve.Measure(Clouds(0, train: 30), [5, size], _ => _ => 0),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains($"needs sizes from 1 to the 30 training samples, but got {size}"));
}
