namespace GpuNN;

/// <summary>One forecast of a <see cref="Backtest"/>.</summary>
/// <param name="Known">How many values were known; the forecast is of the value at this place and those after it.</param>
/// <param name="Forecast">What was forecast, step by step.</param>
/// <param name="Actual">What came.</param>
/// <param name="Fitted">Whether the forecaster was fitted here, or knew what it had learned at an earlier origin.</param>
public sealed record BacktestForecast(int Known, double[] Forecast, double[] Actual, bool Fitted);
