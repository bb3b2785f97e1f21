using GpuNN.Cells;
using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Reads and writes the numbers of one unit.</summary>
internal static class UnitNumbers
{
    public static GateNumbers<ScalarLane> Read(ArrayView<float> from, int at, int stride, int numbers)
    {
        var x = default(GateNumbers<ScalarLane>);
        if (numbers > 0)
            x.A = new(from[at]);
        if (numbers > 1)
            x.B = new(from[at + stride]);
        if (numbers > 2)
            x.C = new(from[at + 2 * stride]);
        if (numbers > 3)
            x.D = new(from[at + 3 * stride]);
        return x;
    }

    public static void Write(ArrayView<float> to, int at, int stride, GateNumbers<ScalarLane> x, int numbers)
    {
        if (numbers > 0)
            to[at] = x.A.Value;
        if (numbers > 1)
            to[at + stride] = x.B.Value;
        if (numbers > 2)
            to[at + 2 * stride] = x.C.Value;
        if (numbers > 3)
            to[at + 3 * stride] = x.D.Value;
    }

    public static void Add(ArrayView<float> to, int at, int stride, GateNumbers<ScalarLane> x, int numbers)
    {
        if (numbers > 0)
            to[at] += x.A.Value;
        if (numbers > 1)
            to[at + stride] += x.B.Value;
        if (numbers > 2)
            to[at + 2 * stride] += x.C.Value;
        if (numbers > 3)
            to[at + 3 * stride] += x.D.Value;
    }
}
