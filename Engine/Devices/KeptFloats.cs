using GpuNN.Kernels;

namespace GpuNN;

/// <summary>Floats that stay on a device as long as it is open, and come home when it closes.</summary>
internal sealed class KeptFloats
{
    private readonly Device device;
    private float[]? home;

    /// <summary>So many zeros on a device.</summary>
    public KeptFloats(Device device, long elements)
    {
        this.device = device;
        View = device.Keep(elements);
        device.Closing += () => home = Read(0, View.Length);
    }

    /// <summary>Where they are while the device is open.</summary>
    public View View { get; }

    /// <summary>Copies those from an offset on.</summary>
    public void CopyTo(Span<float> target, long offset = 0)
    {
        if (home is null)
            device.Route.CopyOut(View.Slice(offset, target.Length), target);
        else
            home.AsSpan((int)offset, target.Length).CopyTo(target);
    }

    /// <summary>A copy of some of them.</summary>
    public float[] Read(long offset, long length)
    {
        var values = new float[length];
        CopyTo(values, offset);
        return values;
    }

    /// <summary>Sets those from an offset on.</summary>
    public void Write(ReadOnlySpan<float> values, long offset = 0)
    {
        if (home is null)
            device.Route.CopyIn(values, View.Slice(offset, values.Length));
        else
            values.CopyTo(home.AsSpan((int)offset));
    }
}
