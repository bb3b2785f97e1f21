namespace GpuNN.Kernels;

/// <summary>A device that does not exist, cannot be used, or has no room left. The message says what came and what to do.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>An error with its message.</summary>
    public DeviceException(string message) : base(message)
    {
    }

    /// <summary>An error with its message and what caused it.</summary>
    public DeviceException(string message, Exception? cause) : base(message, cause)
    {
    }
}
