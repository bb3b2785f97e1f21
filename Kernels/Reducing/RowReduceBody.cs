using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Device form over rows: one group a chunk of a row, combined by a tree in shared memory. Reads x once.</summary>
public struct RowReduceBody<TReduction> : IGroupBody where TReduction : struct, IReduction
{
    /// <summary>Numbers (rows, length).</summary>
    public ArrayView<float> X;

    /// <summary>Results (rows, chunks).</summary>
    public ArrayView<float> Y;

    /// <summary>Length of a row.</summary>
    public int Length;

    /// <summary>Chunks in a row.</summary>
    public int Chunks;

    /// <summary>Elements in a chunk; the last has fewer.</summary>
    public int Chunk;

    /// <summary>Factor of the result.</summary>
    public float Scale;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.MostThreads);
        var group = Grid.IdxX;
        var threads = Group.DimX;
        var row = group / Chunks;
        var first = (group - row * Chunks) * Chunk;
        var last = Math.Min(first + Chunk, Length);
        var at = (long)row * Length;
        var sum = new ScalarLane(TReduction.Identity);
        for (var l = first + Group.IdxX; l < last; l += threads)
            sum = TReduction.Combine(sum, new ScalarLane(X[at + l]));
        var result = GroupTree.Reduce<TReduction>(shared, sum.Value);
        if (Group.IdxX == 0)
            Y[group] = Scale * result;
    }
}
