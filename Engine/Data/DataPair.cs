namespace GpuNN;

/// <summary>A data set in two parts: one to learn from, one to judge by.</summary>
/// <param name="Train">What the model learns from.</param>
/// <param name="Test">What it has not seen.</param>
public sealed record DataPair(DataSet Train, DataSet Test);
