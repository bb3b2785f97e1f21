namespace GpuNN;

/// <summary>
/// The loss of a model on a data set as a function of its weights, along a line or over a plane, with layers as in use. The model has
/// its own weights back afterwards, bit for bit. A loss is not convex in the weights of a network with hidden units: exchanging two
/// units gives the same function at another point, and on the line between the two points the loss is larger.
/// Units: the loss's; the mean over the set.
/// Source: Goodfellow, Vinyals and Saxe (2015), "Qualitatively characterizing neural network optimization problems".
/// </summary>
public sealed class LossSurface
{
    private readonly BatchLoss batchLoss;
    private readonly Function evaluate;
    private readonly DataSet set;
    private readonly int batch;

    /// <summary>The surface of a model.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="model">The model.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="set">What the loss is the mean over.</param>
    /// <param name="batch">Samples in a run.</param>
    public LossSurface(Device device, Layer model, Loss loss, DataSet set, int batch = 256)
    {
        (this.set, this.batch) = (set, batch);
        Weights = new WeightSpace(model);
        batchLoss = new BatchLoss(model, loss);
        evaluate = device.Compile(graph =>
        {
            var (value, weight) = batchLoss.Record(graph);
            return [value, weight];
        }, training: false, name: "loss surface");
    }

    /// <summary>The space of the model's weights: points and directions are made here.</summary>
    public WeightSpace Weights { get; }

    /// <summary>The loss where the model is.</summary>
    public double Here()
    {
        double sum = 0, weights = 0;
        foreach (var samples in set.Batches(batch))
        {
            var results = batchLoss.Run(evaluate, samples);
            var weight = (double)results[1].Scalar();
            sum += weight * results[0].Scalar();
            weights += weight;
        }
        return sum / weights;
    }

    /// <summary>The loss at (1 - t) from + t to, for evenly spaced t.</summary>
    /// <param name="from">One end, t = 0.</param>
    /// <param name="to">The other end, t = 1.</param>
    /// <param name="points">How many places, 2 or more.</param>
    /// <param name="beyond">How far the line goes on behind both ends, in units of t.</param>
    public LossLine Line(float[] from, float[] to, int points = 25, double beyond = 0)
    {
        if (points < 2)
            throw new ArgumentOutOfRangeException(nameof(points), $"LossSurface: a line needs at least 2 points, but got {points}.\nTry 25.");
        double[] at = [.. Enumerable.Range(0, points).Select(i => -beyond + i * (1 + 2 * beyond) / (points - 1))];
        return new LossLine(at, Away(() => at.Select(t => At(i => (1 - t) * from[i] + t * to[i])).ToArray()));
    }

    /// <summary>The loss at centre + a first + b second.</summary>
    /// <param name="centre">The middle of the picture.</param>
    /// <param name="first">One direction; <see cref="WeightSpace.FilterDirection"/> makes them comparable from model to model.</param>
    /// <param name="second">The other.</param>
    /// <param name="at">The steps along both: the values of a and of b.</param>
    /// <returns>The losses, [a, b].</returns>
    public double[,] Plane(float[] centre, float[] first, float[] second, IReadOnlyList<double> at)
    {
        var losses = new double[at.Count, at.Count];
        return Away(() =>
        {
            for (var a = 0; a < at.Count; a++)
                for (var b = 0; b < at.Count; b++)
                    losses[a, b] = At(i => centre[i] + at[a] * first[i] + at[b] * second[i]);
            return losses;
        });
    }

    private double At(Func<int, double> weight)
    {
        var point = new float[Weights.Size];
        for (var i = 0; i < point.Length; i++)
            point[i] = (float)weight(i);
        Weights.MoveTo(point);
        return Here();
    }

    private T Away<T>(Func<T> look)
    {
        // A model that has not run yet has no weights to come back to.
        Here();
        var home = Weights.Here();
        try
        {
            return look();
        }
        finally
        {
            Weights.MoveTo(home);
        }
    }
}
