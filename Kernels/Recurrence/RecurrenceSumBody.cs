using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Device form of the sums over the batch: one index a learned number.</summary>
public struct RecurrenceSumBody : IBody
{
    /// <summary>Sums over the steps (vectors, batch, units).</summary>
    public ArrayView<float> Sums;

    /// <summary>Gradients (vectors, units).</summary>
    public ArrayView<float> DVectors;

    /// <summary>Sequences.</summary>
    public int Batch;

    /// <summary>Units.</summary>
    public int Units;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var vector = index / Units;
        var from = vector * Batch * Units + (index - vector * Units);
        var sum = 0f;
        for (var row = 0; row < Batch; row++)
            sum += Sums[from + row * Units];
        DVectors[index] = sum;
    }
}
