using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Cross-entropy of a softmax against integer labels, from logits:
/// loss[r] = w[label] * -sum over c of target[c] * log softmax(x[r])[c], with target = (1 - s) [c = label] + s / classes,
/// and its gradient dx[r, c] = dloss[r] * w[label] * (softmax(x[r])[c] - target[c]).
/// Shapes: x, dx (rows, classes), labels (rows) of integers, w (classes) or empty, loss, dloss (rows).
/// Units: loss in nats. A row whose label is the ignored one gives 0, whatever its logits are; a label outside the classes
/// gives NaN and reads nothing outside memory. A row of minus infinities, and one with a plus infinity, gives NaN.
/// Note: the weight is the label's also with smoothing, where PyTorch weighs each class of the target by itself.
/// </summary>
public static class CrossEntropyKernels
{
    /// <summary>Losses of the rows. Per element: 2 reads, 1 exp.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">Logits (rows, classes).</param>
    /// <param name="labels">Integers (rows).</param>
    /// <param name="weights">A weight for each class, or an empty view for none.</param>
    /// <param name="loss">Losses (rows).</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="smoothing">Label smoothing s in [0, 1).</param>
    /// <param name="ignored">The label of rows that count for nothing.</param>
    public static void Run(
        Route route, View x, View labels, View weights, View loss, int rows, int classes, float smoothing, int ignored)
    {
        if (rows == 0)
            return;
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostCrossEntropy(host, x, labels, weights, loss, rows, classes, smoothing, ignored));
            return;
        }
        var device = (DeviceRoute)route;
        device.Groups(rows, GroupTree.Size(device, classes), new CrossEntropyBody
        {
            X = x.Floats,
            Labels = labels.Ints,
            Weights = weights.Length > 0 ? weights.Floats : x.Floats,
            Loss = loss.Floats,
            Classes = classes,
            Weighted = weights.Length > 0 ? 1 : 0,
            Smoothing = smoothing,
            Ignored = ignored,
        });
    }

    /// <summary>Gradients of the logits; dx may be x. Per element: 3 reads, 2 writes, 1 exp.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">Logits (rows, classes).</param>
    /// <param name="labels">Integers (rows).</param>
    /// <param name="weights">A weight for each class, or an empty view for none.</param>
    /// <param name="dLoss">Gradients of the losses (rows).</param>
    /// <param name="dx">Gradients (rows, classes).</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="smoothing">Label smoothing s in [0, 1).</param>
    /// <param name="ignored">The label of rows that count for nothing.</param>
    public static void Gradient(
        Route route, View x, View labels, View weights, View dLoss, View dx, int rows, int classes, float smoothing, int ignored)
    {
        if (rows == 0)
            return;
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostCrossEntropyGradient(host, x, labels, weights, dLoss, dx, rows, classes, smoothing, ignored));
            return;
        }
        var device = (DeviceRoute)route;
        device.Groups(rows, GroupTree.Size(device, classes), new CrossEntropyGradientBody
        {
            X = x.Floats,
            Labels = labels.Ints,
            Weights = weights.Length > 0 ? weights.Floats : x.Floats,
            DLoss = dLoss.Floats,
            Dx = dx.Floats,
            Classes = classes,
            Weighted = weights.Length > 0 ? 1 : 0,
            Smoothing = smoothing,
            Ignored = ignored,
        });
    }

    /// <summary>
    /// The rows' weights: y[r] = w[label], 1 without class weights, 0 for an ignored row, NaN for a label outside the
    /// classes. Their sum is the divisor of a weighted mean.
    /// </summary>
    public static void Weigh(Route route, View labels, View weights, View y, int rows, int classes, int ignored) =>
        route.Each(rows, new LabelWeightBody
        {
            Labels = labels.Ints,
            Weights = weights.Length > 0 ? weights.Floats : y.Floats,
            Y = y.Floats,
            Classes = classes,
            Weighted = weights.Length > 0 ? 1 : 0,
            Ignored = ignored,
        });
}

/// <summary>One index a row: the weight of its label.</summary>
public struct LabelWeightBody : IBody
{
    /// <summary>Labels (rows).</summary>
    public ArrayView<int> Labels;

    /// <summary>Weights (classes), read only where there are any.</summary>
    public ArrayView<float> Weights;

    /// <summary>Weights (rows).</summary>
    public ArrayView<float> Y;

    /// <summary>Number of classes.</summary>
    public int Classes;

    /// <summary>1 where there are class weights, else 0.</summary>
    public int Weighted;

    /// <summary>The ignored label.</summary>
    public int Ignored;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var label = Labels[index];
        var weight = 1f;
        if (label == Ignored)
            weight = 0f;
        else if (label < 0 || label >= Classes)
            weight = float.NaN;
        else if (Weighted != 0)
            weight = Weights[label];
        Y[index] = weight;
    }
}

/// <summary>Device form of the losses: one group a row.</summary>
public struct CrossEntropyBody : IGroupBody
{
    /// <summary>Logits (rows, classes).</summary>
    public ArrayView<float> X;

    /// <summary>Labels (rows).</summary>
    public ArrayView<int> Labels;

    /// <summary>Weights (classes), read only where there are any.</summary>
    public ArrayView<float> Weights;

    /// <summary>Losses (rows).</summary>
    public ArrayView<float> Loss;

    /// <summary>Length of a row.</summary>
    public int Classes;

    /// <summary>1 where there are class weights, else 0.</summary>
    public int Weighted;

    /// <summary>Label smoothing.</summary>
    public float Smoothing;

    /// <summary>The ignored label.</summary>
    public int Ignored;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.MostThreads);
        var threads = Group.DimX;
        var thread = Group.IdxX;
        var row = Grid.IdxX;
        var label = Labels[row];
        var known = label >= 0 && label < Classes;
        var at = (long)row * Classes;
        var greatest = new ScalarLane(GroupRow.Max(shared, X, at, Classes));
        var sum = ScalarLane.Zero;
        var shifted = ScalarLane.Zero;
        for (var c = thread; c < Classes; c += threads)
        {
            var d = new ScalarLane(X[at + c]) - greatest;
            sum += ScalarLane.Exp(d);
            shifted += d;
        }
        var total = new ScalarLane(GroupTree.Reduce<SumReduction>(shared, sum.Value));
        var mean = GroupTree.Reduce<SumReduction>(shared, shifted.Value) / Classes;
        if (thread != 0)
            return;
        var loss = float.NaN;
        if (label == Ignored)
        {
            loss = 0f;
        }
        else if (known)
        {
            loss = ScalarLane.Log(total).Value - (1f - Smoothing) * (X[at + label] - greatest.Value);
            if (Smoothing != 0f)
                loss -= Smoothing * mean;
            if (Weighted != 0)
                loss *= Weights[label];
        }
        Loss[row] = loss;
    }
}

/// <summary>Device form of the gradient: one group a row.</summary>
public struct CrossEntropyGradientBody : IGroupBody
{
    /// <summary>Logits (rows, classes).</summary>
    public ArrayView<float> X;

    /// <summary>Labels (rows).</summary>
    public ArrayView<int> Labels;

    /// <summary>Weights (classes), read only where there are any.</summary>
    public ArrayView<float> Weights;

    /// <summary>Gradients of the losses (rows).</summary>
    public ArrayView<float> DLoss;

    /// <summary>Gradients (rows, classes).</summary>
    public ArrayView<float> Dx;

    /// <summary>Length of a row.</summary>
    public int Classes;

    /// <summary>1 where there are class weights, else 0.</summary>
    public int Weighted;

    /// <summary>Label smoothing.</summary>
    public float Smoothing;

    /// <summary>The ignored label.</summary>
    public int Ignored;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.MostThreads);
        var threads = Group.DimX;
        var thread = Group.IdxX;
        var row = Grid.IdxX;
        var label = Labels[row];
        var at = (long)row * Classes;
        var greatest = new ScalarLane(GroupRow.Max(shared, X, at, Classes));
        var sum = ScalarLane.Zero;
        for (var c = thread; c < Classes; c += threads)
            sum += ScalarLane.Exp(new ScalarLane(X[at + c]) - greatest);
        var total = GroupTree.Reduce<SumReduction>(shared, sum.Value);
        var factor = float.NaN;
        if (label >= 0 && label < Classes)
        {
            factor = DLoss[row];
            if (Weighted != 0)
                factor *= Weights[label];
        }
        var share = Smoothing / Classes;
        for (var c = thread; c < Classes; c += threads)
        {
            var target = c == label ? 1f - Smoothing + share : share;
            var dx = factor * (ScalarLane.Exp(new ScalarLane(X[at + c]) - greatest).Value / total - target);
            Dx[at + c] = label == Ignored ? 0f : dx;
        }
    }
}
