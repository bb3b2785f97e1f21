using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Device form over columns: one index a column of a chunk; neighbours read neighbours. Reads x once.</summary>
public struct ColumnReduceBody<TReduction> : IBody where TReduction : struct, IReduction
{
    /// <summary>Numbers (outer, length, inner).</summary>
    public ArrayView<float> X;

    /// <summary>Results (outer, chunks, inner).</summary>
    public ArrayView<float> Y;

    /// <summary>Length of the reduced axis.</summary>
    public int Length;

    /// <summary>Width of a row.</summary>
    public int Inner;

    /// <summary>Floats from one outer index to the next.</summary>
    public long Stride;

    /// <summary>Chunks of the reduced axis.</summary>
    public int Chunks;

    /// <summary>Rows in a chunk; the last has fewer.</summary>
    public int Chunk;

    /// <summary>Factor of the result.</summary>
    public float Scale;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var chunk = index / Inner;
        var column = index - chunk * Inner;
        var outer = chunk / Chunks;
        var first = (chunk - outer * Chunks) * Chunk;
        var last = Math.Min(first + Chunk, Length);
        var at = outer * Stride + column;
        var sum = new ScalarLane(TReduction.Identity);
        for (var l = first; l < last; l++)
            sum = TReduction.Combine(sum, new ScalarLane(X[at + (long)l * Inner]));
        Y[index] = Scale * sum.Value;
    }
}
