using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Labels, which are integers, as numbers. One body serves both routes.</summary>
public static class LabelKernels
{
    /// <summary>
    /// y[r, c] = 1 where c is the label of row r, else 0; a label outside the classes gives a row of zeros.
    /// Shapes: labels (rows) of integers, y (rows, classes).
    /// </summary>
    public static void OneHot(Route route, View labels, View y, int rows, int classes) =>
        route.Each(checked(rows * classes), new OneHotBody { Labels = labels.Ints, Y = y.Floats, Classes = classes });

    /// <summary>y[k] = 1 where the integers a[k] and b[k] are equal, else 0.</summary>
    public static void Equal(Route route, View a, View b, View y, int count) =>
        route.Each(count, new EqualBody { A = a.Ints, B = b.Ints, Y = y.Floats });
}

/// <summary>One index an element.</summary>
public struct OneHotBody : IBody
{
    /// <summary>Labels (rows).</summary>
    public ArrayView<int> Labels;

    /// <summary>Rows of zeros with a one each.</summary>
    public ArrayView<float> Y;

    /// <summary>Length of a row.</summary>
    public int Classes;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var row = index / Classes;
        Y[index] = Labels[row] == index - row * Classes ? 1f : 0f;
    }
}

/// <summary>One index an element.</summary>
public struct EqualBody : IBody
{
    /// <summary>One integer of each pair.</summary>
    public ArrayView<int> A;

    /// <summary>The other.</summary>
    public ArrayView<int> B;

    /// <summary>1 where they agree, else 0.</summary>
    public ArrayView<float> Y;

    /// <inheritdoc/>
    public void Run(int index) => Y[index] = A[index] == B[index] ? 1f : 0f;
}
