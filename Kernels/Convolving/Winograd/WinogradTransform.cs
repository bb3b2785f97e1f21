using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Short sums of products by fewer multiplications: y_k = sum_j d_{k + j} g_j for n taps g and 7 - n results y is
/// A' ((G g) * (B' d)), six products where 7 n - n^2 would be. Here 2 to 5 taps or results, over the points 0, 1, -1, 1/2, -2
/// and infinity; B' is the same for all. Along two axes each transform is used down the columns, then along the rows.
/// Numbers: a lane computes as many sums as it has elements. The products cancel in part: the error is about three times that
/// of the sums as they stand, in the mean and at most. With 2 and -2 the largest error would be six times as large.
/// Source: Winograd (1980), "Arithmetic complexity of computations"; Lavin and Gray (2016), "Fast algorithms for
/// convolutional neural networks"; the points: Barabasz, Anderson, Soodhalter and Gregg (2020), "Error analysis and improving
/// the accuracy of Winograd convolution for deep neural networks".
/// </summary>
internal static unsafe class WinogradTransform
{
    /// <summary>Points, and products of a sum along one axis.</summary>
    public const int Points = 6;

    /// <summary>Products of a sum along two axes.</summary>
    public const int Places = Points * Points;

    /// <summary>Results from so many taps, or taps for so many results.</summary>
    public static int Partner(int taps) => Points + 1 - taps;

    /// <summary>B' d: six numbers to six.</summary>
    /// <param name="d0">The first number; the others follow.</param>
    /// <param name="d1">d_1.</param>
    /// <param name="d2">d_2.</param>
    /// <param name="d3">d_3.</param>
    /// <param name="d4">d_4.</param>
    /// <param name="d5">d_5.</param>
    /// <param name="to">Where the first of six results goes.</param>
    /// <param name="step">Floats from one result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Source<T>(T d0, T d1, T d2, T d3, T d4, T d5, float* to, nint step) where T : struct, IHostLane<T>
    {
        var (even, odd) = (d4 - d2, d3 - d1);
        T.Store(to, T.MultiplyAdd(T.Constant(1.5f), odd, T.MultiplyAdd(T.Constant(-2), d2, d0 + d4)));
        T.Store(to + step, T.MultiplyAdd(T.Constant(0.5f), d2, d4) + T.MultiplyAdd(T.Constant(2.5f), d3, -d1));
        T.Store(to + 2 * step, T.MultiplyAdd(T.Constant(-2.5f), d2, d4) + T.MultiplyAdd(T.Constant(0.5f), d3, d1));
        T.Store(to + 3 * step, T.MultiplyAdd(T.Constant(2), odd, even));
        T.Store(to + 4 * step, T.MultiplyAdd(T.Constant(-0.5f), odd, even));
        T.Store(to + 5 * step, T.MultiplyAdd(T.Constant(1.5f), even, T.MultiplyAdd(T.Constant(-2), d3, d1 + d5)));
    }

    /// <summary>G g: so many taps to six numbers, the values at the points, scaled.</summary>
    /// <param name="from">The first tap.</param>
    /// <param name="stepOfTaps">Floats from one tap to the next.</param>
    /// <param name="taps">2 to 5.</param>
    /// <param name="to">Where the first of six results goes.</param>
    /// <param name="step">Floats from one result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Taps<T>(float* from, nint stepOfTaps, int taps, float* to, nint step) where T : struct, IHostLane<T>
    {
        var last = T.Load(from);
        T.Store(to, last);
        var (even, odd, ofHalf, ofMinusTwo) = (last, T.Zero, last, last);
        var (half, minusTwo) = (0.5f, -2f);
        for (var tap = 1; tap < taps; tap++, half *= 0.5f, minusTwo *= -2)
        {
            last = T.Load(from + tap * stepOfTaps);
            if (tap % 2 == 0)
                even += last;
            else
                odd += last;
            ofHalf = T.MultiplyAdd(T.Constant(half), last, ofHalf);
            ofMinusTwo = T.MultiplyAdd(T.Constant(minusTwo), last, ofMinusTwo);
        }
        T.Store(to + step, T.Constant(1f / 3) * (even + odd));
        T.Store(to + 2 * step, T.Constant(-1f / 3) * (even - odd));
        T.Store(to + 3 * step, T.Constant(-16f / 15) * ofHalf);
        T.Store(to + 4 * step, T.Constant(1f / 15) * ofMinusTwo);
        T.Store(to + 5 * step, last);
    }

    /// <summary>A' m: six products to so many results.</summary>
    /// <param name="from">The first product.</param>
    /// <param name="stepOfProducts">Floats from one product to the next.</param>
    /// <param name="start">Added to each result.</param>
    /// <param name="to">Where the first result goes.</param>
    /// <param name="step">Floats from one result to the next.</param>
    /// <param name="results">2 to 5.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Results<T>(float* from, nint stepOfProducts, T start, float* to, nint step, int results) where T : struct, IHostLane<T>
    {
        var (one, minusOne) = (T.Load(from + stepOfProducts), T.Load(from + 2 * stepOfProducts));
        var (ofHalf, ofMinusTwo) = (T.Load(from + 3 * stepOfProducts), T.Load(from + 4 * stepOfProducts));
        var (even, odd) = (one + minusOne + start, one - minusOne + start);
        T.Store(to, T.Load(from) + even + (ofHalf + ofMinusTwo));
        var (half, minusTwo) = (0.5f, -2f);
        var k = 1;
        for (; k + 1 < results; k++, half *= 0.5f, minusTwo *= -2)
            T.Store(to + k * step, T.MultiplyAdd(T.Constant(minusTwo), ofMinusTwo, T.MultiplyAdd(T.Constant(half), ofHalf, k % 2 == 0 ? even : odd)));
        var last = T.MultiplyAdd(T.Constant(minusTwo), ofMinusTwo, T.MultiplyAdd(T.Constant(half), ofHalf, k % 2 == 0 ? even : odd));
        T.Store(to + k * step, last + T.Load(from + 5 * stepOfProducts));
    }
}
