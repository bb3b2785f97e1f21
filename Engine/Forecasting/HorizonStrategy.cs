namespace GpuNN;

/// <summary>
/// How a model of windows forecasts several steps.
/// Source: Ben Taieb, Bontempi, Atiya and Sorjamaa (2012), "A review and comparison of strategies for multi-step ahead time series forecasting".
/// </summary>
public enum HorizonStrategy
{
    /// <summary>One model with an output a step.</summary>
    MultiOutput,

    /// <summary>A model of its own for each step.</summary>
    Direct,

    /// <summary>One model of the next step, that takes its own forecasts for values: any horizon, but errors add up and may grow without bound.</summary>
    Recursive,
}
