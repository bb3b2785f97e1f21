namespace GpuNN.Kernels;

/// <summary>Device form: y += x.</summary>
public struct AddBody : IBody
{
    /// <summary>What is added.</summary>
    public ILGPU.ArrayView<float> X;

    /// <summary>What it is added to.</summary>
    public ILGPU.ArrayView<float> Y;

    /// <inheritdoc/>
    public void Run(int index) => Y[index] += X[index];
}
