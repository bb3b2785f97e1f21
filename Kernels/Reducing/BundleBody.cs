using ILGPU;

namespace GpuNN.Kernels;

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
