namespace GpuNN;

/// <summary>A function made a NaN or an infinity: which operation, where, when, from what.</summary>
public sealed class BadValueException(string message) : ArithmeticException(message);
