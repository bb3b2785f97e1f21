using GpuNN.Kernels;

namespace GpuNN;

/// <summary>Constants of pointwise programs in device memory, each list of them once.</summary>
internal sealed class ConstantPool(Device device)
{
    private readonly Dictionary<string, View> kept = [];

    public View Keep(float[] constants)
    {
        var key = string.Join(' ', constants.Select(BitConverter.SingleToInt32Bits));
        if (kept.TryGetValue(key, out var view))
            return view;
        view = device.Keep(constants.Length);
        device.Route.CopyIn(constants, view);
        return kept[key] = view;
    }
}
