namespace GpuNN.Cli;

/// <summary>The figure that a run has to reach.</summary>
/// <param name="Metric">What is measured.</param>
/// <param name="Target">The figure, in the unit of the metric.</param>
/// <param name="LargerIsBetter">Whether a larger value is the better one.</param>
public sealed record Goal(string Metric, double Target, bool LargerIsBetter = true)
{
    /// <summary>Whether a value reaches it. NaN never does.</summary>
    public bool IsReachedBy(double value) => LargerIsBetter ? value >= Target : value <= Target;
}
