namespace GpuNN.Cli;

/// <summary>How far a training has come.</summary>
/// <param name="Epoch">The epoch that is running or was just finished, from 1.</param>
/// <param name="Epochs">How many there will be.</param>
/// <param name="Part">The share of this epoch that is done, 0 to 1.</param>
/// <param name="Loss">The mean training loss of this epoch so far.</param>
/// <param name="Metric">The metric on the test set, once there is one.</param>
/// <param name="SamplesPerSecond">The rate at which samples are trained on.</param>
public readonly record struct TrainingState(
    int Epoch, int Epochs, double Part, double Loss, double? Metric, double SamplesPerSecond)
{
    /// <summary>The share of the whole training that is done, 0 to 1.</summary>
    public double Done => (Epoch - 1 + Part) / Epochs;
}
