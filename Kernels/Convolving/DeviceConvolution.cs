namespace GpuNN.Kernels;
/// <summary>Placeholder.</summary>
public static class DeviceConvolution
{
    /// <summary>W.</summary>
    public static long ForwardWorkspace(DeviceRoute r, in ConvolutionShape s) => 0;
    /// <summary>W.</summary>
    public static long InputGradientWorkspace(DeviceRoute r, in ConvolutionShape s) => 0;
    /// <summary>W.</summary>
    public static long WeightGradientWorkspace(DeviceRoute r, in ConvolutionShape s) => 0;
    /// <summary>W.</summary>
    public static void Forward(DeviceRoute r, in ConvolutionShape s, in View x, in View w, in View b, in View y, in View ws) => throw new NotSupportedException();
    /// <summary>W.</summary>
    public static void InputGradient(DeviceRoute r, in ConvolutionShape s, in View x, in View w, in View b, in View y, in View ws) => throw new NotSupportedException();
    /// <summary>W.</summary>
    public static void WeightGradient(DeviceRoute r, in ConvolutionShape s, in View x, in View w, in View y, in View ws) => throw new NotSupportedException();
}
