namespace GpuNN;

/// <summary>What a model scores on a data set: the mean loss and the metrics over all samples.</summary>
public sealed class Evaluation
{
    internal Evaluation(double loss, int samples, IReadOnlyList<(string Name, double Value)> metrics)
    {
        Loss = loss;
        Samples = samples;
        Metrics = metrics;
    }

    /// <summary>The mean loss.</summary>
    public double Loss { get; }

    /// <summary>Number of samples.</summary>
    public int Samples { get; }

    /// <summary>The metrics, in the trainer's order.</summary>
    public IReadOnlyList<(string Name, double Value)> Metrics { get; }

    /// <summary>Share of right answers.</summary>
    /// <exception cref="KeyNotFoundException">Accuracy was not measured.</exception>
    public double Accuracy => this["accuracy"];

    /// <summary>A figure by name: "loss", or a metric's.</summary>
    /// <exception cref="KeyNotFoundException">It was not measured.</exception>
    public double this[string name]
    {
        get
        {
            if (name == "loss")
                return Loss;
            foreach (var metric in Metrics)
                if (metric.Name == name)
                    return metric.Value;
            throw new KeyNotFoundException(
                $"Evaluation: '{name}' was not measured, but {string.Join(", ", Metrics.Select(metric => metric.Name).Prepend("loss"))}.\nAdd the metric to the trainer: new Trainer(...) {{ Metrics = [...] }}.");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ",
        Metrics.Select(metric => FormattableString.Invariant($"{metric.Name} {metric.Value:G6}")).Prepend(FormattableString.Invariant($"loss {Loss:G6}")));
}
