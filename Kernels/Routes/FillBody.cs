using ILGPU;

namespace GpuNN.Kernels;

/// <summary>y[i] = value. One write an index.</summary>
public readonly struct FillBody(ArrayView<float> y, float value) : IBody
{
    private readonly ArrayView<float> y = y;
    private readonly float value = value;

    /// <inheritdoc/>
    public void Run(int index) => y[index] = value;
}
