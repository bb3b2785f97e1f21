using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// The error against the number of samples that were learned from. A test error that still falls at the end asks for more data; one
/// that has met the training error asks for a larger model.
/// Source: Cortes, Jackel, Solla, Vapnik and Denker (1994), "Learning curves: asymptotic values and rate of convergence".
/// </summary>
public static class LearningCurve
{
    /// <summary>
    /// Learns anew from larger and larger parts of the training set and measures each time. A part holds all of the smaller ones.
    /// <code>
    /// LearningCurve.Measure(data, [100, 300, 1000], part =>
    /// {
    ///     var trainer = new Trainer(device, Model(), Loss.SoftmaxCrossEntropy, new Adam(1e-3f));
    ///     trainer.Fit(part, epochs: 20);
    ///     return set => 1 - trainer.Evaluate(set).Accuracy;
    /// });
    /// </code>
    /// </summary>
    /// <param name="data">What is learned from, and what is judged by.</param>
    /// <param name="sizes">Numbers of samples, from 1 to those of the training set.</param>
    /// <param name="learn">Learns from a part, with a model of its own, and gives the error on a set.</param>
    /// <param name="seed">Key of the order in which samples are taken.</param>
    /// <returns>The errors for each size, in the order of the sizes.</returns>
    public static IReadOnlyList<LearningPoint> Measure(
        DataPair data, IReadOnlyList<int> sizes, Func<DataSet, Func<DataSet, double>> learn, ulong seed = 0)
    {
        foreach (var size in sizes)
            if (size < 1 || size > data.Train.Count)
                throw new ArgumentOutOfRangeException(nameof(sizes), $"LearningCurve: needs sizes from 1 to the {data.Train.Count} training samples, but got {size}.\nLeave that size out.");
        var order = new int[data.Train.Count];
        Shuffling.Permutation(order, new Philox(Streams.Key(seed, "learning curve")));
        var points = new List<LearningPoint>();
        foreach (var size in sizes)
        {
            var part = data.Train.Subset(order.AsSpan(0, size));
            var error = learn(part);
            points.Add(new LearningPoint(size, error(part), error(data.Test)));
        }
        return points;
    }
}

/// <summary>A point of a learning curve.</summary>
/// <param name="Samples">How many samples were learned from.</param>
/// <param name="TrainingError">The error on those.</param>
/// <param name="TestError">The error on the test set.</param>
public sealed record LearningPoint(int Samples, double TrainingError, double TestError);
