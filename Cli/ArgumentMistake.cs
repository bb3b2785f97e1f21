namespace GpuNN.Cli;

/// <summary>An argument that only turns out to be wrong once it is used, such as a device that is not there.</summary>
public sealed class ArgumentMistake(string message, Exception? inner = null) : Exception(message, inner);
