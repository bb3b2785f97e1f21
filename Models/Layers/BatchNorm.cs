namespace GpuNN;

/// <summary>
/// Batch normalisation: y = g (x - mean) / sqrt(variance + epsilon) + b for each channel. In training mean and variance are
/// those of the batch, and running ones follow them: running = (1 - momentum) running + momentum batch, with the variance over
/// m - 1; otherwise the running ones are used.
/// Shapes: x, y (batch, features) or (batch, features, height, width): then over the pixels too; g, b, mean, variance (features).
/// Source: Ioffe and Szegedy (2015), "Batch normalization: accelerating deep network training by reducing internal covariate shift".
/// </summary>
public sealed class BatchNorm : Layer, IKeepsShape
{
    [ThreadStatic]
    private static Witness? witness;

    private readonly Parameter gain;
    private readonly Parameter bias;
    private readonly Parameter mean;
    private readonly Parameter variance;

    /// <summary>Batch normalisation.</summary>
    /// <param name="features">Channels of an image, or numbers of an item.</param>
    /// <param name="epsilon">Added to the variance, 0 or more; with 0 a constant channel gives b.</param>
    /// <param name="momentum">The share of a batch in the running statistics, in [0, 1].</param>
    public BatchNorm(int features, float epsilon = 1e-5f, float momentum = 0.1f)
    {
        if (features < 1)
            throw new ArgumentOutOfRangeException(nameof(features), $"BatchNorm: needs at least one feature, but got {features}.\nPass the channels, or the units of the layer before it.");
        if (!(epsilon >= 0 && float.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"BatchNorm: epsilon must be 0 or more, but is {epsilon}.\nTry 1e-5.");
        if (!(momentum >= 0 && momentum <= 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), $"BatchNorm: the momentum must lie in [0, 1], but is {momentum}.\nPass the share of the newest batch, such as 0.1.");
        (Features, Epsilon, Momentum) = (features, epsilon, momentum);
        gain = Own("gain", [features], Inits.Ones);
        bias = Own("bias", [features], Inits.Zeros);
        mean = Own("mean", [features], Inits.Zeros, trainable: false);
        variance = Own("variance", [features], Inits.Ones, trainable: false);
    }

    private delegate void Witness(BatchNorm layer, Tensor x);

    /// <summary>Channels of an image, or numbers of an item.</summary>
    public int Features { get; }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>The share of a batch in the running statistics.</summary>
    public float Momentum { get; }

    /// <summary>g (features).</summary>
    public Parameter Gain => gain;

    /// <summary>b (features).</summary>
    public Parameter Bias => bias;

    /// <summary>The running mean (features).</summary>
    public Parameter Mean => mean;

    /// <summary>The running variance (features).</summary>
    public Parameter Variance => variance;

    /// <summary>
    /// Whether training leaves it as it is: neither gain nor bias is trainable. Then it uses the running statistics in training
    /// too and keeps them, unless <see cref="FollowsWhenFrozen"/>. Setting it sets both.
    /// </summary>
    public bool Frozen
    {
        get => !gain.Trainable && !bias.Trainable;
        set => gain.Trainable = bias.Trainable = !value;
    }

    /// <summary>Whether it normalises by the batch and its running statistics follow that although it is frozen.</summary>
    public bool FollowsWhenFrozen { get; init; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (x.Shape.Rank < 2 || x.Shape[1] != Features)
            throw new ShapeException($"BatchNorm: needs items of {Features} features or channels, but got {x.Shape}.\nGive it as many features as the layer before it makes.\nIn {Here}, while recording the forward pass.");
        if (!Graph.Current.Training || Frozen && !FollowsWhenFrozen)
        {
            witness?.Invoke(this, x);
            return x.NormaliseBy(mean, variance, gain, bias, Epsilon);
        }
        var count = x.Shape.Elements / Features;
        if (count < 2)
            throw new ShapeException($"BatchNorm: needs at least two numbers a channel in training, but got {x.Shape}: {(count == 0 ? "none" : "one, which has no variance")}.\n" +
                $"Use a batch size that leaves no last batch of one sample, or freeze the layer.\nIn {Here}, while recording the forward pass.");
        var statistics = x.BatchStatistics();
        if (Momentum > 0)
        {
            Follow(mean, statistics.Slice(0, 0, 1), 1);
            Follow(variance, statistics.Slice(0, 2, 1), (float)(count / (count - 1.0)));
        }
        return x.NormaliseByBatch(statistics, gain, bias, Epsilon);
    }

    private string Here => Path.Length == 0 ? $"{this}" : $"{Path} > {this}";

    private void Follow(Parameter running, Tensor batch, float factor) => Graph.Current.Update(running, before =>
        (Momentum == 1 ? 0f : before * (1 - Momentum)) + batch.Reshape([Features]) * (Momentum * factor));

    /// <summary>
    /// Computes the running statistics of all batch normalisations of a model anew from a data set, exactly and with all
    /// weights fixed: one after the other, each over what those before it make with their new statistics. For data that
    /// is shifted against what the model was trained on.
    /// Source: Li, Wang, Shi, Liu and Hou (2016), "Revisiting batch normalization for practical domain adaptation".
    /// </summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">What the model will be used on; its labels and targets do not matter.</param>
    /// <param name="batch">Samples in a run; the result depends on it by rounding alone.</param>
    /// <exception cref="InvalidDataException">The set is empty, or gives a channel only one number.</exception>
    /// <exception cref="ArgumentException">The model has no batch normalisation.</exception>
    public static void Reestimate(Device device, Layer model, DataSet data, int batch = 256)
    {
        if (data.Count == 0)
            throw new InvalidDataException("BatchNorm.Reestimate: needs at least one sample, but the set is empty.\nPass data like that which the model will be used on.");
        var order = new List<BatchNorm>();
        for (var at = 0; at == 0 || at < order.Count; at++)
            ReestimateNext(device, model, data, batch, order, at);
    }

    private static void ReestimateNext(Device device, Layer model, DataSet data, int batch, List<BatchNorm> order, int at)
    {
        var inputs = new List<Shape>();
        var function = device.Compile(graph =>
        {
            var statistics = new List<Tensor>();
            inputs.Clear();
            witness = (layer, x) =>
            {
                if (!order.Contains(layer))
                    order.Add(layer);
                if (layer != order[at])
                    return;
                statistics.Add(x.BatchStatistics());
                inputs.Add(x.Shape);
            };
            try
            {
                model.Apply(graph.Input("input"));
            }
            finally
            {
                witness = null;
            }
            return order.Count > 0 ? [.. statistics] : throw new ArgumentException($"BatchNorm.Reestimate: needs a model with batch normalisation, but {model} uses none.\nPass the whole model.");
        }, training: false, name: $"re-estimate {at}");
        ChannelMoments? moments = null;
        foreach (var samples in data.Batches(batch))
        {
            var results = function.Run(samples.InputFeed("input"));
            moments ??= new ChannelMoments(order[at].Features);
            // The sizes were noted when the function was recorded, whatever the batch was then.
            for (var use = 0; use < results.Count; use++)
                moments.Add(results[use].ToArray(), (double)inputs[use].Elements / inputs[use][1] / inputs[use][0] * samples.Count);
        }
        if (moments!.Count < 2)
            throw new InvalidDataException($"BatchNorm.Reestimate: needs at least two numbers a channel, but the set has {data.Count} sample.\nPass more data.");
        order[at].mean.Set(moments.Means);
        order[at].variance.Set(moments.Variances);
    }

    /// <inheritdoc/>
    public override string ToString() => $"BatchNorm({Features}{(Frozen ? ", frozen" : "")})";

    /// <summary>
    /// Statistics of batches put together in double precision.
    /// Source: Chan, Golub and LeVeque (1979), "Updating formulae and a pairwise algorithm for computing sample variances".
    /// </summary>
    private sealed class ChannelMoments(int channels)
    {
        private readonly double[] means = new double[channels];
        private readonly double[] squares = new double[channels];

        public double Count { get; private set; }

        public float[] Means => Array.ConvertAll(means, mean => (float)mean);

        public float[] Variances => Array.ConvertAll(squares, square => (float)(square / (Count - 1)));

        public void Add(float[] statistics, double count)
        {
            for (var c = 0; c < channels; c++)
            {
                var away = (double)statistics[c] + statistics[c + channels] - means[c];
                squares[c] += statistics[c + 2 * channels] * count + away * away * Count * count / (Count + count);
                means[c] += away * count / (Count + count);
            }
            Count += count;
        }
    }
}
