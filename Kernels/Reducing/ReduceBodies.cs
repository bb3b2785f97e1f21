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

/// <summary>Device form of the end of bundles of narrow rows: combines the rows of the bundle and those that filled none.</summary>
public struct BundleBody<TReduction> : IBody where TReduction : struct, IReduction
{
    /// <summary>Numbers (outer, length, inner).</summary>
    public ArrayView<float> X;

    /// <summary>Partial results (outer, size, inner).</summary>
    public ArrayView<float> Bundles;

    /// <summary>Results (outer, inner).</summary>
    public ArrayView<float> Y;

    /// <summary>Rows in a bundle.</summary>
    public int Size;

    /// <summary>Length of the reduced axis.</summary>
    public int Length;

    /// <summary>Width of a row.</summary>
    public int Inner;

    /// <summary>Factor of the result.</summary>
    public float Scale;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var outer = index / Inner;
        var column = index - outer * Inner;
        var sum = new ScalarLane(TReduction.Identity);
        var at = (long)outer * Size * Inner + column;
        for (var k = 0; k < Size; k++)
            sum = TReduction.Combine(sum, new ScalarLane(Bundles[at + k * Inner]));
        at = (long)outer * Length * Inner + column;
        for (var l = Length / Size * Size; l < Length; l++)
            sum = TReduction.Combine(sum, new ScalarLane(X[at + (long)l * Inner]));
        Y[index] = Scale * sum.Value;
    }
}
