using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Which of two numbers a search along an axis prefers. A struct without fields.</summary>
public interface IPreference
{
    /// <summary>Whether a is strictly better than the best one so far.</summary>
    static abstract bool Better(float a, float best);
}

/// <summary>Prefers the greater number; NaN counts as the greatest, so the first NaN wins.</summary>
public readonly struct Greatest : IPreference
{
    /// <inheritdoc/>
    public static bool Better(float a, float best) => a > best || (float.IsNaN(a) && !float.IsNaN(best));
}

/// <summary>Prefers the smaller number; NaN counts as the greatest, so it wins only where all are NaN.</summary>
public readonly struct Smallest : IPreference
{
    /// <inheritdoc/>
    public static bool Better(float a, float best) => a < best || (float.IsNaN(best) && !float.IsNaN(a));
}

/// <summary>
/// Index of the best number along an axis: y[o, i] = arg of x[o, :, i]; the first of equals wins.
/// Shapes: x (outer, length, inner), y (outer, inner) of integers. Reads x once.
/// </summary>
public static class ArgKernels
{
    /// <summary>Launches the form that the route runs. The length must be at least 1.</summary>
    public static void Run<TPreference>(Route route, View x, View y, int outer, int length, int inner)
        where TPreference : struct, IPreference
    {
        if (route is HostRoute host)
            host.Split(outer * inner, grain: 1, new HostArg<TPreference> { X = x, Y = y, Length = length, Inner = inner }, cost: 2 + length);
        else
            route.Each(outer * inner, new ArgBody<TPreference> { X = x.Floats, Y = y.Ints, Length = length, Inner = inner });
    }
}

/// <summary>Host form: the same walk over pointers.</summary>
internal unsafe struct HostArg<TPreference> : IHostJob where TPreference : struct, IPreference
{
    public View X;
    public View Y;
    public int Length;
    public int Inner;

    [MethodImpl(Hot.Loop)]
    public void Run(int first, int last)
    {
        for (var index = first; index < last; index++)
        {
            var outer = index / Inner;
            var x = X.Pointer + (long)outer * Length * Inner + (index - outer * Inner);
            var best = *x;
            var position = 0;
            for (var l = 1; l < Length; l++)
            {
                x += Inner;
                if (TPreference.Better(*x, best))
                {
                    best = *x;
                    position = l;
                }
            }
            Y.IntPointer[index] = position;
        }
    }
}

/// <summary>Device form: one index a result, which walks along the axis.</summary>
public struct ArgBody<TPreference> : IBody where TPreference : struct, IPreference
{
    /// <summary>Numbers (outer, length, inner).</summary>
    public ArrayView<float> X;

    /// <summary>Positions (outer, inner).</summary>
    public ArrayView<int> Y;

    /// <summary>Length of the searched axis.</summary>
    public int Length;

    /// <summary>Product of the axes behind it.</summary>
    public int Inner;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var outer = index / Inner;
        var at = (long)outer * Length * Inner + (index - outer * Inner);
        var best = X[at];
        var position = 0;
        for (var l = 1; l < Length; l++)
        {
            at += Inner;
            var value = X[at];
            if (TPreference.Better(value, best))
            {
                best = value;
                position = l;
            }
        }
        Y[index] = position;
    }
}
