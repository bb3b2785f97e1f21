using GpuNN.Kernels;

namespace GpuNN;

/// <summary>Initial values of a parameter, made on the host from the parameter's own random stream.</summary>
public abstract record Init
{
    /// <summary>Writes the values of a parameter of this shape.</summary>
    public abstract void Fill(Span<float> values, Shape shape, Philox stream);
}
