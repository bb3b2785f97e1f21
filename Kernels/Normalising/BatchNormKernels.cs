using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Batch normalisation: y = g xhat + b with xhat = (x - mean) r and r = 1 / sqrt(variance + epsilon), its statistics, and its
/// gradients dx = g r (dy - sum dy / m - xhat sum(dy xhat) / m).
/// Shapes: x, y, dx, dy (batch, channels, pixels), statistics (3, channels): mean, what is left of it, variance (over m); sums
/// (2, channels): sum dy, sum dy xhat; g, b (channels).
/// The mean is kept as a float and what that float leaves of it, so that numbers far from 0 lose nothing. xhat is computed again
/// from x wherever it is wanted. No two operands may share memory.
/// Source: Ioffe and Szegedy (2015), "Batch normalization: accelerating deep network training by reducing internal covariate shift".
/// </summary>
public static class BatchNormKernels
{
    /// <summary>Floats of workspace that <see cref="Statistics"/> and <see cref="Sums"/> need.</summary>
    public static long Workspace(Route route, ChannelShape shape) =>
        route is HostRoute && shape.Chunks > 1 ? 3L * shape.Chunks * shape.Channels : 0;

    /// <summary>Mean and variance of each channel; nothing cancels, wherever the numbers lie. Reads x once on the host, twice on a device.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="x">Numbers, at least one a channel.</param>
    /// <param name="statistics">Mean, rest, variance.</param>
    /// <param name="workspace">Room for <see cref="Workspace"/> floats.</param>
    /// <param name="shape">Sizes of x.</param>
    public static void Statistics(Route route, in View x, in View statistics, in View workspace, ChannelShape shape)
    {
        if (shape.Channels == 0)
            return;
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostBatchStatistics(host, x, statistics, workspace, shape));
            return;
        }
        var device = (DeviceRoute)route;
        device.Groups(shape.Channels, GroupTree.Size(device, (int)Math.Min(shape.Count, int.MaxValue)), new BatchStatisticsBody
        {
            X = x.Floats,
            Statistics = statistics.Floats,
            Channels = shape.Channels,
            Pixels = shape.Pixels,
            Count = (int)shape.Count,
        });
    }

    /// <summary>y from x and statistics, then the end, seen as (batch * channels, pixels). Per element: 1 read, 1 write.</summary>
    public static void Normalise(
        Route route, in View x, in View statistics, in View gain, in View bias, in View y, ChannelShape shape, float epsilon, ProductEnd? end = null)
    {
        if (shape.Elements == 0)
            return;
        if (route is HostRoute host)
        {
            var isInside = shape.Pixels > 1;
            LaneChoice.Run(host, new HostBatchNormalise(host, x, statistics, gain, bias, y, shape, epsilon, isInside ? end : null));
            if (!isInside)
                end?.Run(route);
            return;
        }
        route.Each((int)shape.Elements, new BatchNormaliseBody
        {
            X = x.Floats,
            Statistics = statistics.Floats,
            Gain = gain.Floats,
            Bias = bias.Floats,
            Y = y.Floats,
            Channels = shape.Channels,
            Pixels = shape.Pixels,
            Epsilon = epsilon,
        });
        end?.Run(route);
    }

    /// <summary>Both sums of the backward pass, which are the gradients of b and g. Per element: 2 reads.</summary>
    public static void Sums(Route route, in View x, in View dy, in View statistics, in View sums, in View workspace, ChannelShape shape, float epsilon)
    {
        if (shape.Channels == 0)
            return;
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostBatchSums(host, x, dy, statistics, sums, workspace, shape, epsilon));
            return;
        }
        var device = (DeviceRoute)route;
        device.Groups(shape.Channels, GroupTree.Size(device, (int)Math.Min(shape.Count, int.MaxValue)), new BatchSumsBody
        {
            X = x.Floats,
            Dy = dy.Floats,
            Statistics = statistics.Floats,
            Sums = sums.Floats,
            Channels = shape.Channels,
            Pixels = shape.Pixels,
            Count = (int)shape.Count,
            Epsilon = epsilon,
        });
    }

    /// <summary>dx, where the statistics are those of x. Per element: 2 reads, 1 write.</summary>
    public static void Gradient(
        Route route, in View x, in View dy, in View statistics, in View gain, in View sums, in View dx, ChannelShape shape, float epsilon)
    {
        if (shape.Elements == 0)
            return;
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostBatchGradient(host, x, dy, statistics, gain, sums, dx, shape, epsilon));
            return;
        }
        route.Each((int)shape.Elements, new BatchGradientBody
        {
            X = x.Floats,
            Dy = dy.Floats,
            Statistics = statistics.Floats,
            Gain = gain.Floats,
            Sums = sums.Floats,
            Dx = dx.Floats,
            Channels = shape.Channels,
            Pixels = shape.Pixels,
            Count = shape.Count,
            Epsilon = epsilon,
        });
    }

    /// <summary>1 / sqrt(variance + epsilon) on a device; 0 where both are 0.</summary>
    internal static float Factor(float variance, float epsilon) => variance + epsilon == 0f ? 0f : 1f / MathF.Sqrt(variance + epsilon);
}

/// <summary>Device form of the statistics: one group a channel, which goes over it twice: mean, then distances from it.</summary>
public struct BatchStatisticsBody : IGroupBody
{
    /// <summary>Numbers (batch, channels, pixels).</summary>
    public ArrayView<float> X;

    /// <summary>Mean, rest, variance (3, channels).</summary>
    public ArrayView<float> Statistics;

    /// <summary>Number of channels.</summary>
    public int Channels;

    /// <summary>Numbers a channel has in an item.</summary>
    public int Pixels;

    /// <summary>Numbers a channel has.</summary>
    public int Count;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.MostThreads);
        var threads = Group.DimX;
        var channel = Grid.IdxX;
        // Distances from the first number, so that a mean far from 0 costs no digits.
        var first = X[(long)channel * Pixels];
        var sum = 0f;
        for (var i = Group.IdxX; i < Count; i += threads)
            sum += X[Place(i, channel)] - first;
        var mean = GroupTree.Reduce<SumReduction>(shared, sum) / Count;
        var away = 0f;
        var squares = 0f;
        for (var i = Group.IdxX; i < Count; i += threads)
        {
            var d = X[Place(i, channel)] - first - mean;
            away += d;
            squares += d * d;
        }
        var left = GroupTree.Reduce<SumReduction>(shared, away) / Count;
        var variance = GroupTree.Reduce<SumReduction>(shared, squares) / Count - left * left;
        if (Group.IdxX != 0)
            return;
        // first + mean as a float and what it leaves: the two-sum of Knuth (1969).
        var distance = mean + left;
        var total = first + distance;
        var shown = total - first;
        Statistics[channel] = total;
        Statistics[channel + Channels] = (first - (total - shown)) + (distance - shown);
        Statistics[channel + 2 * Channels] = variance;
    }

    private readonly long Place(int i, int channel)
    {
        var item = i / Pixels;
        return ((long)item * Channels + channel) * Pixels + (i - item * Pixels);
    }
}

/// <summary>Device form of the normalisation: one index an element.</summary>
public struct BatchNormaliseBody : IBody
{
    /// <summary>Numbers (batch, channels, pixels).</summary>
    public ArrayView<float> X;

    /// <summary>Mean, rest, variance (3, channels).</summary>
    public ArrayView<float> Statistics;

    /// <summary>Gains (channels).</summary>
    public ArrayView<float> Gain;

    /// <summary>Biases (channels).</summary>
    public ArrayView<float> Bias;

    /// <summary>Results (batch, channels, pixels).</summary>
    public ArrayView<float> Y;

    /// <summary>Number of channels.</summary>
    public int Channels;

    /// <summary>Numbers a channel has in an item.</summary>
    public int Pixels;

    /// <summary>Added to the variance.</summary>
    public float Epsilon;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var channel = index / Pixels % Channels;
        var scale = Gain[channel] * BatchNormKernels.Factor(Statistics[channel + 2 * Channels], Epsilon);
        Y[index] = (X[index] - Statistics[channel] - Statistics[channel + Channels]) * scale + Bias[channel];
    }
}

/// <summary>Device form of the sums: one group a channel.</summary>
public struct BatchSumsBody : IGroupBody
{
    /// <summary>Numbers (batch, channels, pixels).</summary>
    public ArrayView<float> X;

    /// <summary>Gradients of the results (batch, channels, pixels).</summary>
    public ArrayView<float> Dy;

    /// <summary>Mean, rest, variance (3, channels).</summary>
    public ArrayView<float> Statistics;

    /// <summary>Sums of dy and of dy xhat (2, channels).</summary>
    public ArrayView<float> Sums;

    /// <summary>Number of channels.</summary>
    public int Channels;

    /// <summary>Numbers a channel has in an item.</summary>
    public int Pixels;

    /// <summary>Numbers a channel has.</summary>
    public int Count;

    /// <summary>Added to the variance.</summary>
    public float Epsilon;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.MostThreads);
        var threads = Group.DimX;
        var channel = Grid.IdxX;
        var mean = Statistics[channel];
        var rest = Statistics[channel + Channels];
        var sum = 0f;
        var product = 0f;
        for (var i = Group.IdxX; i < Count; i += threads)
        {
            var item = i / Pixels;
            var at = ((long)item * Channels + channel) * Pixels + (i - item * Pixels);
            sum += Dy[at];
            product += Dy[at] * (X[at] - mean - rest);
        }
        var total = GroupTree.Reduce<SumReduction>(shared, sum);
        var products = GroupTree.Reduce<SumReduction>(shared, product);
        if (Group.IdxX != 0)
            return;
        Sums[channel] = total;
        Sums[channel + Channels] = products * BatchNormKernels.Factor(Statistics[channel + 2 * Channels], Epsilon);
    }
}

/// <summary>Device form of the gradient by x: one index an element.</summary>
public struct BatchGradientBody : IBody
{
    /// <summary>Numbers (batch, channels, pixels).</summary>
    public ArrayView<float> X;

    /// <summary>Gradients of the results (batch, channels, pixels).</summary>
    public ArrayView<float> Dy;

    /// <summary>Mean, rest, variance (3, channels).</summary>
    public ArrayView<float> Statistics;

    /// <summary>Gains (channels).</summary>
    public ArrayView<float> Gain;

    /// <summary>Sums of dy and of dy xhat (2, channels).</summary>
    public ArrayView<float> Sums;

    /// <summary>Gradients (batch, channels, pixels).</summary>
    public ArrayView<float> Dx;

    /// <summary>Number of channels.</summary>
    public int Channels;

    /// <summary>Numbers a channel has in an item.</summary>
    public int Pixels;

    /// <summary>Numbers a channel has.</summary>
    public float Count;

    /// <summary>Added to the variance.</summary>
    public float Epsilon;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var channel = index / Pixels % Channels;
        var factor = BatchNormKernels.Factor(Statistics[channel + 2 * Channels], Epsilon);
        var x = (X[index] - Statistics[channel] - Statistics[channel + Channels]) * factor;
        Dx[index] = Gain[channel] * factor * (Dy[index] - Sums[channel] / Count - x * (Sums[channel + Channels] / Count));
    }
}
