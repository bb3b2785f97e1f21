namespace GpuNN.Kernels;

/// <summary>
/// A lane of the host route: <see cref="Width"/> floats that are read from and written to memory at once. Host kernels are
/// written over it once and run at every width. The order of a horizontal sum depends on the width alone.
/// </summary>
/// <typeparam name="T">The lane itself.</typeparam>
public unsafe interface IHostLane<T> : ILane<T> where T : struct, IHostLane<T>
{
    /// <summary>Number of floats.</summary>
    static abstract int Width { get; }

    /// <summary>Reads <see cref="Width"/> floats; any alignment.</summary>
    static abstract T Load(float* from);

    /// <summary>Writes <see cref="Width"/> floats; any alignment.</summary>
    static abstract void Store(float* to, T x);

    /// <summary>
    /// Writes <see cref="Width"/> floats past the caches, for results too large to be found there again. The address is a
    /// multiple of the lane's bytes. Before another thread reads them, the writer issues a store fence.
    /// </summary>
    static abstract void StoreStreaming(float* to, T x);

    /// <summary>Reads the first count floats, 0 to <see cref="Width"/>, and touches no memory behind them; the others are fill.</summary>
    static abstract T LoadPart(float* from, int count, float fill);

    /// <summary>Writes the first count floats, 0 to <see cref="Width"/>, and touches no memory behind them.</summary>
    static abstract void StorePart(float* to, T x, int count);

    /// <summary>Every second element of a followed by b, from the first on; of a single number, a.</summary>
    static abstract T Even(T a, T b);

    /// <summary>Every second element of a followed by b, from the second on; of a single number, b.</summary>
    static abstract T Odd(T a, T b);

    /// <summary>The first half of a and b, in turns: a[0], b[0], a[1], b[1] and so on; of a single number, a.</summary>
    static abstract T ZipLow(T a, T b);

    /// <summary>The second half of a and b, in turns; of a single number, b.</summary>
    static abstract T ZipHigh(T a, T b);

    /// <summary>Sum of the elements: the two halves are added, then the halves of that.</summary>
    static abstract float Sum(T x);

    /// <summary>Largest element; NaN when an element is NaN.</summary>
    static abstract float Max(T x);

    /// <summary>Smallest element; NaN when an element is NaN.</summary>
    static abstract float Min(T x);
}
