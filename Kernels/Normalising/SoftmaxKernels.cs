using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Softmax and log-softmax over rows, shifted by the row's maximum so that exp cannot overflow, and their gradients.
/// Shapes: x, y, dx, dy (rows, classes). y may be x, and dx may be y or dy: rows are read before they are written.
/// A row of minus infinities, and a row with a NaN or plus infinity, gives NaN (0/0 has no value; nothing hides it).
/// Per element: 3 reads, 2 writes, 1 exp.
/// </summary>
public static class SoftmaxKernels
{
    /// <summary>y = softmax(x) or log softmax(x).</summary>
    public static void Run<TForm>(Route route, View x, View y, int rows, int classes) where TForm : struct, ISoftmaxForm
    {
        if (rows == 0 || classes == 0)
            return;
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostSoftmax<TForm>(host, x, y, rows, classes));
            return;
        }
        var device = (DeviceRoute)route;
        device.Groups(rows, GroupTree.Size(device, classes),
            new SoftmaxBody<TForm> { X = x.Floats, Y = y.Floats, Classes = classes });
    }

    /// <summary>dx from the result y and its gradient dy.</summary>
    public static void Gradient<TForm>(Route route, View y, View dy, View dx, int rows, int classes)
        where TForm : struct, ISoftmaxForm
    {
        if (rows == 0 || classes == 0)
            return;
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostSoftmaxGradient<TForm>(host, y, dy, dx, rows, classes));
            return;
        }
        var device = (DeviceRoute)route;
        device.Groups(rows, GroupTree.Size(device, classes),
            new SoftmaxGradientBody<TForm> { Y = y.Floats, Dy = dy.Floats, Dx = dx.Floats, Classes = classes });
    }
}

/// <summary>Device form: one group a row. Per element: 3 reads, 1 write, 2 exp.</summary>
public struct SoftmaxBody<TForm> : IGroupBody where TForm : struct, ISoftmaxForm
{
    /// <summary>Logits (rows, classes).</summary>
    public ArrayView<float> X;

    /// <summary>Results (rows, classes).</summary>
    public ArrayView<float> Y;

    /// <summary>Length of a row.</summary>
    public int Classes;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.MostThreads);
        var threads = Group.DimX;
        var thread = Group.IdxX;
        var at = (long)Grid.IdxX * Classes;
        var greatest = new ScalarLane(GroupRow.Max(shared, X, at, Classes));
        var sum = ScalarLane.Zero;
        for (var c = thread; c < Classes; c += threads)
            sum += ScalarLane.Exp(new ScalarLane(X[at + c]) - greatest);
        var factor = TForm.Factor(new ScalarLane(GroupTree.Reduce<SumReduction>(shared, sum.Value)));
        for (var c = thread; c < Classes; c += threads)
        {
            var d = new ScalarLane(X[at + c]) - greatest;
            Y[at + c] = TForm.Last(TForm.First(d, ScalarLane.Exp(d)), factor).Value;
        }
    }
}

/// <summary>Device form of the gradient: one group a row. Per element: 4 reads, 1 write.</summary>
public struct SoftmaxGradientBody<TForm> : IGroupBody where TForm : struct, ISoftmaxForm
{
    /// <summary>Results of the forward pass (rows, classes).</summary>
    public ArrayView<float> Y;

    /// <summary>Their gradient (rows, classes).</summary>
    public ArrayView<float> Dy;

    /// <summary>Gradient of the logits (rows, classes).</summary>
    public ArrayView<float> Dx;

    /// <summary>Length of a row.</summary>
    public int Classes;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.MostThreads);
        var threads = Group.DimX;
        var thread = Group.IdxX;
        var at = (long)Grid.IdxX * Classes;
        var sum = ScalarLane.Zero;
        for (var c = thread; c < Classes; c += threads)
            sum += TForm.Term(new ScalarLane(Y[at + c]), new ScalarLane(Dy[at + c]));
        var total = new ScalarLane(GroupTree.Reduce<SumReduction>(shared, sum.Value));
        for (var c = thread; c < Classes; c += threads)
            Dx[at + c] = TForm.Gradient(new ScalarLane(Y[at + c]), new ScalarLane(Dy[at + c]), total).Value;
    }
}

/// <summary>What device forms over rows share.</summary>
public static class GroupRow
{
    /// <summary>Greatest number of a row, for every thread of the group; NaN passes through.</summary>
    public static float Max(ArrayView<float> shared, ArrayView<float> x, long at, int length)
    {
        var threads = Group.DimX;
        var greatest = new ScalarLane(float.NegativeInfinity);
        for (var c = Group.IdxX; c < length; c += threads)
            greatest = MaxReduction.Combine(greatest, new ScalarLane(x[at + c]));
        return GroupTree.Reduce<MaxReduction>(shared, greatest.Value);
    }
}
