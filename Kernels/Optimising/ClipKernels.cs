using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// Clipping by the global norm: writes norm = sqrt(sum g^2) and scale = min(1, limit / norm) into an optimiser's scalars, which
/// multiplies the gradients by it as it reads them. A segment is the run of one parameter in the slab, so the room between
/// parameters does not count. Squares are taken of g over the greatest |g|, so they cannot overflow; sums are in an order
/// that the segments alone decide. A NaN or infinite gradient gives a NaN norm and scale. Reads each gradient twice.
/// </summary>
public static unsafe class ClipKernels
{
    /// <summary>Pieces of a segment that are summed by themselves.</summary>
    private const int Pieces = 16;

    /// <summary>Floats of workspace for a number of segments.</summary>
    public static long Workspace(int segments) => 2L * Pieces * segments;

    /// <summary>Launches both stages.</summary>
    /// <param name="route">Where to run.</param>
    /// <param name="gradients">The slab of gradients.</param>
    /// <param name="segments">Pairs (start, length) of integers.</param>
    /// <param name="workspace">Room for <see cref="Workspace"/> floats.</param>
    /// <param name="scalars">The optimiser's numbers.</param>
    /// <param name="count">Number of segments.</param>
    /// <param name="limit">Greatest norm that is let through; infinity to measure only.</param>
    public static void Run(Route route, View gradients, View segments, View workspace, View scalars, int count, float limit)
    {
        if (route is HostRoute host)
        {
            LaneChoice.Run(host, new HostNorm(host, gradients, segments, workspace, count, Pieces));
            host.Split(1, 1, new HostNormEnd { Partials = workspace.Pointer, Scalars = (OptimiserScalars*)scalars.Pointer, Count = count * Pieces, Limit = limit });
            return;
        }
        var device = (DeviceRoute)route;
        device.Groups(count * Pieces, device.GroupSize, new PieceNormBody
        {
            Gradients = gradients.Floats,
            Segments = segments.Ints,
            Partials = workspace.Floats,
            Pieces = Pieces,
        });
        device.Groups(1, device.GroupSize, new NormBody
        {
            Partials = workspace.Floats,
            Scalars = scalars.Floats,
            Count = count * Pieces,
            Limit = limit,
        });
    }

    /// <summary>Where a piece of a segment begins: pieces but the last are whole cache lines.</summary>
    internal static int PieceLength(int length, int pieces) => (length + pieces * 16 - 1) / (pieces * 16) * 16;
}

/// <summary>Device form of the first stage: one group a piece. Writes pairs (greatest |g|, sum of (g / greatest)^2).</summary>
public struct PieceNormBody : IGroupBody
{
    /// <summary>The slab.</summary>
    public ArrayView<float> Gradients;

    /// <summary>Pairs (start, length).</summary>
    public ArrayView<int> Segments;

    /// <summary>Pairs (greatest, sum), one a piece.</summary>
    public ArrayView<float> Partials;

    /// <summary>Pieces of a segment.</summary>
    public int Pieces;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.MostThreads);
        var threads = Group.DimX;
        var piece = Grid.IdxX;
        var segment = piece / Pieces;
        var length = Segments[2 * segment + 1];
        var step = ClipKernels.PieceLength(length, Pieces);
        var first = Math.Min(length, (piece - segment * Pieces) * step);
        var last = Math.Min(length, first + step);
        var start = Segments[2 * segment];
        var most = ScalarLane.Zero;
        for (var k = first + Group.IdxX; k < last; k += threads)
            most = MaxReduction.Combine(most, ScalarLane.Abs(new ScalarLane(Gradients[start + k])));
        var greatest = GroupTree.Reduce<MaxReduction>(shared, most.Value);
        var sum = 0f;
        for (var k = first + Group.IdxX; k < last; k += threads)
        {
            var g = greatest == 0f ? 0f : Gradients[start + k] / greatest;
            sum += g * g;
        }
        var total = GroupTree.Reduce<SumReduction>(shared, sum);
        if (Group.IdxX == 0)
        {
            Partials[2 * piece] = greatest;
            Partials[2 * piece + 1] = total;
        }
    }
}

/// <summary>Device form of the second stage: one group combines the pieces.</summary>
public struct NormBody : IGroupBody
{
    /// <summary>Pairs (greatest, sum), one a piece.</summary>
    public ArrayView<float> Partials;

    /// <summary>The optimiser's numbers.</summary>
    public ArrayView<float> Scalars;

    /// <summary>Number of pieces.</summary>
    public int Count;

    /// <summary>Greatest norm that is let through.</summary>
    public float Limit;

    /// <inheritdoc/>
    public void Run()
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.MostThreads);
        var threads = Group.DimX;
        var most = ScalarLane.Zero;
        for (var k = Group.IdxX; k < Count; k += threads)
            most = MaxReduction.Combine(most, new ScalarLane(Partials[2 * k]));
        var greatest = GroupTree.Reduce<MaxReduction>(shared, most.Value);
        var sum = 0f;
        for (var k = Group.IdxX; k < Count; k += threads)
        {
            var part = greatest == 0f ? 0f : Partials[2 * k] / greatest;
            sum += part * part * Partials[2 * k + 1];
        }
        var total = GroupTree.Reduce<SumReduction>(shared, sum);
        if (Group.IdxX == 0)
            OptimiserScalars.In(Scalars).Clip(greatest * ScalarLane.Sqrt(new ScalarLane(total)).Value, Limit);
    }
}

/// <summary>Host form of the second stage: one thread combines the pieces.</summary>
internal unsafe struct HostNormEnd : IHostJob
{
    public float* Partials;
    public OptimiserScalars* Scalars;
    public int Count;
    public float Limit;

    public void Run(int first, int last)
    {
        var greatest = 0f;
        for (var k = 0; k < Count; k++)
            greatest = MaxReduction.Combine(new ScalarLane(greatest), new ScalarLane(Partials[2 * k])).Value;
        var sum = 0f;
        for (var k = 0; k < Count && greatest != 0f; k++)
        {
            var part = Partials[2 * k] / greatest;
            sum += part * part * Partials[2 * k + 1];
        }
        Scalars->Clip(greatest * MathF.Sqrt(sum), Limit);
    }
}

/// <summary>Host form of the first stage, for any lane width.</summary>
internal readonly unsafe struct HostNorm(HostRoute host, View gradients, View segments, View partials, int count, int pieces) : ILaneCall
{
    public void Run<T>() where T : struct, IHostLane<T>
    {
        var job = new Job<T> { G = gradients.Pointer, Segments = segments.IntPointer, Partials = partials.Pointer, Pieces = pieces };
        host.Split(count * pieces, grain: 1, job, cost: 20 + 0.2f * gradients.Length / Math.Max(1, count * pieces));
    }

    private struct Job<T> : IHostJob where T : struct, IHostLane<T>
    {
        public float* G;
        public int* Segments;
        public float* Partials;
        public int Pieces;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            for (var piece = first; piece < last; piece++)
            {
                var segment = piece / Pieces;
                var length = Segments[2 * segment + 1];
                var step = ClipKernels.PieceLength(length, Pieces);
                var start = Math.Min(length, (piece - segment * Pieces) * step);
                var g = G + Segments[2 * segment] + start;
                var count = Math.Min(step, length - start);
                var greatest = Greatest(g, count);
                Partials[2 * piece] = greatest;
                Partials[2 * piece + 1] = greatest == 0f ? 0f : Squares(g, count, greatest);
            }
        }

        [MethodImpl(Hot.Loop)]
        private static float Greatest(float* g, int count)
        {
            T a = T.Zero, b = T.Zero;
            var at = 0;
            for (; at + 2 * T.Width <= count; at += 2 * T.Width)
            {
                a = MaxReduction.Combine(a, T.Abs(T.Load(g + at)));
                b = MaxReduction.Combine(b, T.Abs(T.Load(g + at + T.Width)));
            }
            a = MaxReduction.Combine(a, b);
            for (; at < count; at += T.Width)
                a = MaxReduction.Combine(a, T.Abs(T.LoadPart(g + at, Math.Min(T.Width, count - at), 0f)));
            return T.Max(a);
        }

        [MethodImpl(Hot.Loop)]
        private static float Squares(float* g, int count, float greatest)
        {
            var scale = T.Constant(greatest);
            T a = T.Zero, b = T.Zero;
            var at = 0;
            for (; at + 2 * T.Width <= count; at += 2 * T.Width)
            {
                var c = T.Load(g + at) / scale;
                var d = T.Load(g + at + T.Width) / scale;
                a = T.MultiplyAdd(c, c, a);
                b = T.MultiplyAdd(d, d, b);
            }
            a += b;
            for (; at < count; at += T.Width)
            {
                var c = T.LoadPart(g + at, Math.Min(T.Width, count - at), 0f) / scale;
                a = T.MultiplyAdd(c, c, a);
            }
            return T.Sum(a);
        }
    }
}
