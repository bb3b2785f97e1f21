using System.Globalization;

namespace GpuNN.Cli;

/// <summary>Tells whoever started a training how it goes.</summary>
public abstract class TrainingProgress(string metric)
{
    /// <summary>The bar where a person watches, plain lines elsewhere.</summary>
    public static TrainingProgress For(Terminal terminal, string metric) =>
        terminal.Interactive
            ? new BarProgress(terminal.Screen, metric)
            : new PlainProgress(terminal.Output, metric, TimeProvider.System);

    /// <summary>Runs the training while its progress is shown.</summary>
    public abstract T Watch<T>(Func<T> training);

    /// <summary>Shows a line of its own.</summary>
    public abstract void Say(string line);

    /// <summary>Shows the state, or leaves it out because the last one is too fresh. May be called after every step.</summary>
    public abstract void Show(in TrainingState state);

    /// <summary>Loss, metric and rate in words.</summary>
    protected string Words(in TrainingState state)
    {
        var measured = state.Metric is { } value
            ? string.Create(CultureInfo.InvariantCulture, $"  {state.MetricName ?? metric} {value:0.0000}")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {state.Epoch}/{state.Epochs}  loss {state.Loss:0.0000}{measured}  {state.SamplesPerSecond:#,0} samples/s");
    }
}
