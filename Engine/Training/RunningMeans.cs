using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Means of the loss and the metrics over the batches of an epoch. They are added up on the device, as effects of the step,
/// so that no step waits for a number to come back.
/// </summary>
internal sealed class RunningMeans
{
    private readonly Device device;
    private readonly Parameter[] states;

    /// <summary>Means that begin at nothing.</summary>
    /// <param name="device">Where the steps run.</param>
    /// <param name="metrics">What is measured beside the loss.</param>
    public RunningMeans(Device device, IReadOnlyList<Metric> metrics)
    {
        this.device = device;
        Metrics = metrics;
        if (metrics.Select(metric => metric.Name).Append("loss").GroupBy(name => name).FirstOrDefault(name => name.Count() > 1) is { } twice)
            throw new ArgumentException($"Trainer: each metric needs a name of its own, other than 'loss', but '{twice.Key}' comes twice.\nLeave one of them out, or write a metric with another name.");
        states = [.. metrics.Select(metric => metric.Name).Prepend("loss")
            .Select(name => new Parameter($"running {name}", [RunningMeanKernels.States], Inits.Zeros, trainable: false))];
        Reset();
    }

    public IReadOnlyList<Metric> Metrics { get; }

    /// <summary>The mean loss so far; NaN before the first batch.</summary>
    public double Loss => Mean(0);

    /// <summary>A metric so far; NaN before the first batch.</summary>
    public double Metric(int index) => Metrics[index].Finish(Mean(index + 1));

    /// <summary>Makes adding up a part of a recording.</summary>
    public void Record(Graph graph, Loss loss, Tensor value, Tensor prediction, Tensor target)
    {
        graph.Add(Adding(value, loss.Weight(prediction, target), states[0], isMean: true));
        for (var i = 0; i < Metrics.Count; i++)
            graph.Add(Adding(Metrics[i].Sum(prediction, target), Metrics[i].Count(prediction, target), states[i + 1], isMean: false));
    }

    public void Reset()
    {
        ReadOnlySpan<float> nothing = [0, 0, 0, 0];
        foreach (var state in states)
            state.Set(nothing);
    }

    /// <summary>All figures so far.</summary>
    public Evaluation Read(int samples) => new(Loss, samples, [.. Metrics.Select((metric, i) => (metric.Name, Metric(i)))]);

    public void Save(Dictionary<string, float[]> tensors)
    {
        foreach (var state in states)
            tensors[state.Path] = state.ToArray();
    }

    public void Load(IReadOnlyDictionary<string, float[]> tensors)
    {
        foreach (var state in states)
            if (tensors.TryGetValue(state.Path, out var values))
                state.Set(values);
    }

    private double Mean(int index)
    {
        Span<float> values = [0, 0, 0, 0];
        states[index].CopyTo(values);
        var weight = (double)values[2] + values[3];
        var sum = (double)values[0] + values[1];
        // Rows that are all ignored have a loss of 0.
        return weight == 0 && sum == 0 ? 0 : sum / weight;
    }

    private static RunningMean Adding(Tensor value, Tensor weight, Parameter state, bool isMean) => weight is Constant constant
        ? new RunningMean([Computed(value), state], constant.Value, isMean)
        : new RunningMean([Computed(value), state, Computed(weight)], 0, isMean);

    private static Tensor Computed(Tensor tensor) => tensor is Constant ? tensor.BroadcastTo(tensor.Shape) : tensor;

    private sealed class RunningMean(Tensor[] reads, float weight, bool isMean) : Effect(reads)
    {
        public override string Name => $"Add to {((Parameter)Reads[1]).Path}";

        internal override void Launch(Route route, Operands at) =>
            RunningMeanKernels.Add(route, at[0], at.Length > 2 ? at[2] : default, at[1], weight, isMean);
    }
}
