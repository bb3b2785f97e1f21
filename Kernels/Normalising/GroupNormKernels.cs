using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Layer and group normalisation: y = g xhat + b with xhat = (x - mean) r and r = 1 / sqrt(variance + epsilon) over a row, and
/// its gradients: with v = g dy, dx = r (v - mean v - xhat mean(v xhat)); db and dg are the sums of dy and dy xhat over rows.
/// Shapes: x, y, dx, dy (batch, channels, pixels), g, b (channels), sums (2, channels): db, dg.
/// A row is small enough to stay in cache, so its statistics are computed again and stand in no memory: forward reads x
/// and writes y once, backward reads x and dy and writes dx once. No two operands may share memory.
/// Sources: Ba, Kiros and Hinton (2016), "Layer normalization"; Wu and He (2018), "Group normalization".
/// </summary>
public static class GroupNormKernels
{
    /// <summary>Numbers that the statistics of a row have on a device: mean, rest, factor.</summary>
    internal const int RowNumbers = 3;

    /// <summary>y from x.</summary>
    public static void Normalise(Route route, in View x, in View gain, in View bias, in View y, GroupShape shape, float epsilon)
    {
        if (shape.Elements == 0)
            return;
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostGroupNormalise(host, x, gain, bias, y, shape, epsilon));
            return;
        }
        var device = (DeviceRoute)route;
        device.Groups(shape.Rows, GroupTree.Size(device, shape.Length), new GroupNormaliseBody
        {
            X = x.Floats,
            Gain = gain.Floats,
            Bias = bias.Floats,
            Y = y.Floats,
            Groups = shape.Groups,
            GroupChannels = shape.GroupChannels,
            Pixels = shape.Pixels,
            Epsilon = epsilon,
        });
    }

    /// <summary>Floats of workspace that <see cref="Gradient"/> needs.</summary>
    public static long Workspace(Route route, GroupShape shape) =>
        route is not HostRoute ? (long)RowNumbers * shape.Rows : shape.Parts > 1 ? 2L * shape.Parts * shape.Channels : 0;

    /// <summary>dx and the sums over rows. On the host x and dy come from memory once, on a device twice.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">Numbers.</param>
    /// <param name="dy">Gradients of the results.</param>
    /// <param name="gain">Gains.</param>
    /// <param name="dx">Gradients of x.</param>
    /// <param name="sums">Gradients of biases and gains; zeros for an empty batch.</param>
    /// <param name="workspace">Room for <see cref="Workspace"/> floats.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static void Gradient(
        Route route, in View x, in View dy, in View gain, in View dx, in View sums, in View workspace, GroupShape shape, float epsilon)
    {
        if (shape.Elements == 0)
        {
            if (sums.Length > 0)
                route.Fill(sums, 0);
            return;
        }
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostGroupGradient(host, x, dy, gain, dx, sums, workspace, shape, epsilon));
            return;
        }
        var device = (DeviceRoute)route;
        device.Groups(shape.Rows, GroupTree.Size(device, shape.Length), new GroupGradientBody
        {
            X = x.Floats,
            Dy = dy.Floats,
            Gain = gain.Floats,
            Dx = dx.Floats,
            Statistics = workspace.Floats,
            Groups = shape.Groups,
            GroupChannels = shape.GroupChannels,
            Pixels = shape.Pixels,
            Epsilon = epsilon,
        });
        var body = new GroupSumsBody
        {
            X = x.Floats,
            Dy = dy.Floats,
            Statistics = workspace.Floats,
            Sums = sums.Floats,
            Batch = shape.Batch,
            Groups = shape.Groups,
            GroupChannels = shape.GroupChannels,
            Pixels = shape.Pixels,
        };
        device.Each(shape.Channels, body, cost: 2f * shape.Batch * shape.Pixels);
    }
}

/// <summary>Mean and factor of a row, for every thread of the group that works on it.</summary>
public struct RowStatistics
{
    /// <summary>The mean.</summary>
    public float Mean;

    /// <summary>What the mean as a float leaves of it.</summary>
    public float Rest;

    /// <summary>1 / sqrt(variance + epsilon).</summary>
    public float Factor;

    /// <summary>Goes over the row twice: mean, then distances from it.</summary>
    /// <param name="shared">Shared memory for <see cref="GroupTree.MostThreads"/> floats.</param>
    /// <param name="x">Numbers.</param>
    /// <param name="at">Start of the row.</param>
    /// <param name="length">Its length.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static RowStatistics Of(ArrayView<float> shared, ArrayView<float> x, long at, int length, float epsilon)
    {
        var threads = Group.DimX;
        // Distances from the first number, so that a mean far from 0 costs no digits.
        var first = x[at];
        var sum = 0f;
        for (var i = Group.IdxX; i < length; i += threads)
            sum += x[at + i] - first;
        var mean = GroupTree.Reduce<SumReduction>(shared, sum) / length;
        var away = 0f;
        var squares = 0f;
        for (var i = Group.IdxX; i < length; i += threads)
        {
            var d = x[at + i] - first - mean;
            away += d;
            squares += d * d;
        }
        var left = GroupTree.Reduce<SumReduction>(shared, away) / length;
        var variance = GroupTree.Reduce<SumReduction>(shared, squares) / length - left * left;
        return new RowStatistics { Mean = first, Rest = mean + left, Factor = BatchNormKernels.Factor(variance, epsilon) };
    }
}

/// <summary>Device form: one group a row.</summary>
public struct GroupNormaliseBody : IGroupBody
{
    /// <summary>Numbers (batch, channels, pixels).</summary>
    public ArrayView<float> X;

    /// <summary>Gains (channels).</summary>
    public ArrayView<float> Gain;

    /// <summary>Biases (channels).</summary>
    public ArrayView<float> Bias;

    /// <summary>Results (batch, channels, pixels).</summary>
    public ArrayView<float> Y;

    /// <summary>Groups of an item.</summary>
    public int Groups;

    /// <summary>Channels of a group.</summary>
    public int GroupChannels;

    /// <summary>Numbers that share a gain.</summary>
    public int Pixels;

    /// <summary>Added to the variance.</summary>
    public float Epsilon;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.MostThreads);
        var row = Grid.IdxX;
        var length = GroupChannels * Pixels;
        var at = (long)row * length;
        var statistics = RowStatistics.Of(shared, X, at, length, Epsilon);
        var channel = row % Groups * GroupChannels;
        for (var i = Group.IdxX; i < length; i += Group.DimX)
        {
            var c = channel + i / Pixels;
            Y[at + i] = (X[at + i] - statistics.Mean - statistics.Rest) * (statistics.Factor * Gain[c]) + Bias[c];
        }
    }
}

/// <summary>Device form of the gradient by x: one group a row; it keeps the row's statistics for the sums.</summary>
public struct GroupGradientBody : IGroupBody
{
    /// <summary>Numbers (batch, channels, pixels).</summary>
    public ArrayView<float> X;

    /// <summary>Gradients of the results (batch, channels, pixels).</summary>
    public ArrayView<float> Dy;

    /// <summary>Gains (channels).</summary>
    public ArrayView<float> Gain;

    /// <summary>Gradients (batch, channels, pixels).</summary>
    public ArrayView<float> Dx;

    /// <summary>Mean, rest and factor of each row (rows, 3).</summary>
    public ArrayView<float> Statistics;

    /// <summary>Groups of an item.</summary>
    public int Groups;

    /// <summary>Channels of a group.</summary>
    public int GroupChannels;

    /// <summary>Numbers that share a gain.</summary>
    public int Pixels;

    /// <summary>Added to the variance.</summary>
    public float Epsilon;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.MostThreads);
        var threads = Group.DimX;
        var row = Grid.IdxX;
        var length = GroupChannels * Pixels;
        var at = (long)row * length;
        var statistics = RowStatistics.Of(shared, X, at, length, Epsilon);
        var channel = row % Groups * GroupChannels;
        var sum = 0f;
        var product = 0f;
        for (var i = Group.IdxX; i < length; i += threads)
        {
            var v = Dy[at + i] * Gain[channel + i / Pixels];
            sum += v;
            product += v * (X[at + i] - statistics.Mean - statistics.Rest);
        }
        var share = GroupTree.Reduce<SumReduction>(shared, sum) / length;
        var slope = GroupTree.Reduce<SumReduction>(shared, product) * statistics.Factor * statistics.Factor / length;
        for (var i = Group.IdxX; i < length; i += threads)
        {
            var v = Dy[at + i] * Gain[channel + i / Pixels];
            Dx[at + i] = statistics.Factor * (v - share - (X[at + i] - statistics.Mean - statistics.Rest) * slope);
        }
        if (Group.IdxX != 0)
            return;
        var to = (long)row * GroupNormKernels.RowNumbers;
        Statistics[to] = statistics.Mean;
        Statistics[to + 1] = statistics.Rest;
        Statistics[to + 2] = statistics.Factor;
    }
}

/// <summary>Device form of the sums over rows: one index a channel; with one pixel neighbours read neighbours.</summary>
public struct GroupSumsBody : IBody
{
    /// <summary>Numbers (batch, channels, pixels).</summary>
    public ArrayView<float> X;

    /// <summary>Gradients of the results (batch, channels, pixels).</summary>
    public ArrayView<float> Dy;

    /// <summary>Mean, rest and factor of each row (rows, 3).</summary>
    public ArrayView<float> Statistics;

    /// <summary>Gradients of biases and gains (2, channels).</summary>
    public ArrayView<float> Sums;

    /// <summary>Items.</summary>
    public int Batch;

    /// <summary>Groups of an item.</summary>
    public int Groups;

    /// <summary>Channels of a group.</summary>
    public int GroupChannels;

    /// <summary>Numbers that share a gain.</summary>
    public int Pixels;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var channels = Groups * GroupChannels;
        var group = index / GroupChannels;
        var sum = 0f;
        var product = 0f;
        for (var item = 0; item < Batch; item++)
        {
            var row = ((long)item * Groups + group) * GroupNormKernels.RowNumbers;
            var mean = Statistics[row];
            var rest = Statistics[row + 1];
            var at = ((long)item * channels + index) * Pixels;
            var part = 0f;
            var parts = 0f;
            for (var p = 0; p < Pixels; p++)
            {
                part += Dy[at + p];
                parts += Dy[at + p] * (X[at + p] - mean - rest);
            }
            sum += part;
            product += parts * Statistics[row + 2];
        }
        Sums[index] = sum;
        Sums[index + channels] = product;
    }
}
