using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>The processor: kernels are C# methods that run on own threads, over SIMD lanes where it matters.</summary>
public sealed unsafe class HostRoute : Route
{
    /// <summary>Nanoseconds of work below which a launch stays on its caller.</summary>
    private const float InlineBelow = 4000;

    /// <summary>Nanoseconds of work a range has at least.</summary>
    private const float LeastRange = 2000;

    /// <summary>Most ranges of a launch; more would only add claims.</summary>
    private const int MostRanges = 128;

    private readonly Workers workers;

    /// <summary>Starts the route's threads.</summary>
    /// <param name="threads">Threads that share a launch; by default GPUNN_THREADS, else one a processor, at most 64.</param>
    /// <param name="laneWidth">Floats in a vector, 16, 8 or 4; by default the widest that the processor runs at full speed.</param>
    public HostRoute(int? threads = null, int? laneWidth = null)
    {
        LaneWidth = laneWidth ?? WidestLane;
        if (LaneWidth is not (16 or 8 or 4))
            throw new ArgumentOutOfRangeException(nameof(laneWidth), laneWidth, "A lane is 16, 8 or 4 floats wide. Leave it out for the processor's widest.");
        workers = new Workers(threads ?? DefaultThreads());
    }

    /// <summary>Threads that share a launch, the caller included.</summary>
    public int Threads => workers.Threads;

    /// <summary>Floats in a vector of the host forms: 16, 8 or 4.</summary>
    public int LaneWidth { get; }

    /// <inheritdoc/>
    public override string Name => "cpu";

    /// <inheritdoc/>
    public override string Description => Describe(Threads, LaneWidth);

    /// <summary>What a route made without arguments would call itself.</summary>
    internal static string DefaultDescription => Describe(DefaultThreads(), WidestLane);

    private static int WidestLane => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    private static string Describe(int threads, int laneWidth) =>
        $"cpu ({threads} {(threads == 1 ? "thread" : "threads")}, {Instructions(laneWidth)})";

    private static string Instructions(int laneWidth) => laneWidth switch
    {
        16 => Vector512.IsHardwareAccelerated ? "AVX-512" : "512-bit vectors in software",
        8 => Vector256.IsHardwareAccelerated ? "AVX2" : "256-bit vectors in software",
        _ => X86Base.IsSupported ? "SSE" : Vector128.IsHardwareAccelerated ? "128-bit vectors" : "128-bit vectors in software",
    };

    /// <inheritdoc/>
    public override Block Allocate(long elements)
    {
        var block = HostMemory.Allocate(elements);
        Fill(block.View, 0);
        return block;
    }

    /// <summary>
    /// Runs a job over ranges of [0, count) whose ends are multiples of <paramref name="grain"/> (the last may be short), on all threads
    /// or, when count times cost is below 4 us, on the caller alone. The ranges depend on count, grain and cost, never on
    /// the threads. Allocates nothing.
    /// </summary>
    /// <param name="count">Number of indices; 0 does nothing.</param>
    /// <param name="grain">What the ends of ranges are multiples of.</param>
    /// <param name="job">The kernel with its operands.</param>
    /// <param name="cost">Rough nanoseconds an index takes on one thread.</param>
    public void Split<TJob>(int count, int grain, in TJob job, float cost = 1f) where TJob : struct, IHostJob
    {
        var time = count * cost;
        if (time < InlineBelow || count <= grain)
        {
            if (count > 0)
                job.Run(0, count);
            return;
        }
        // A power of two shares evenly over the usual numbers of threads.
        var ranges = time >= LeastRange * MostRanges ? MostRanges : 1 << BitOperations.Log2((uint)(time / LeastRange));
        workers.Run(ranges, grain, count, in job);
    }

    /// <inheritdoc/>
    public override void Each<TBody>(int count, in TBody body, float cost = 2) =>
        Split(count, 1, new BodyJob<TBody>(in body), cost);

    /// <inheritdoc/>
    public override void CopyIn(ReadOnlySpan<float> source, View target)
    {
        Matching.Lengths(source.Length, target.Length);
        fixed (float* from = source)
            Move(from, target.Pointer, source.Length);
    }

    /// <inheritdoc/>
    public override void CopyIn(ReadOnlySpan<int> source, View target) =>
        CopyIn(MemoryMarshal.Cast<int, float>(source), target);

    /// <inheritdoc/>
    public override void CopyOut(View source, Span<float> target)
    {
        Matching.Lengths(source.Length, target.Length);
        fixed (float* to = target)
            Move(source.Pointer, to, target.Length);
    }

    /// <inheritdoc/>
    public override void CopyOut(View source, Span<int> target) =>
        CopyOut(source, MemoryMarshal.Cast<int, float>(target));

    /// <inheritdoc/>
    public override void Copy(View source, View target)
    {
        Matching.Lengths(source.Length, target.Length);
        Move(source.Pointer, target.Pointer, source.Length);
    }

    /// <inheritdoc/>
    public override void Fill(View target, float value)
    {
        var length = target.Length + target.Padding;
        Split(Lines(length), 1, new FillJob(target.Pointer, length, value), FillJob.Cost);
    }

    /// <inheritdoc/>
    public override void Synchronise()
    {
    }

    /// <inheritdoc/>
    public override void Dispose() => workers.Dispose();

    private static int Lines(long length) => (int)(HostMemory.Room(length) / HostMemory.Line);

    private void Move(float* from, float* to, long length)
    {
        if (to < from + length && from < to + length)
            Buffer.MemoryCopy(from, to, length * sizeof(float), length * sizeof(float));
        else
            Split(Lines(length), 1, new CopyJob(from, to, length), CopyJob.Cost);
    }

    private static int DefaultThreads()
    {
        var text = Environment.GetEnvironmentVariable("GPUNN_THREADS");
        if (string.IsNullOrWhiteSpace(text))
            return Math.Min(Environment.ProcessorCount, Workers.MaxThreads);
        return int.TryParse(text, out var threads) && threads is >= 1 and <= Workers.MaxThreads
            ? threads
            : throw new DeviceException(
                $"GPUNN_THREADS must be a whole number from 1 to {Workers.MaxThreads}, but is \"{text}\". Correct it or unset it for one thread a processor.");
    }

    /// <summary>A body over a range. Optimised from the first call: the loop must not wait for the runtime's second look.</summary>
    private readonly struct BodyJob<TBody>(in TBody body) : IHostJob where TBody : struct, IBody
    {
        private readonly TBody body = body;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            var mine = body;
            for (var index = first; index < last; index++)
                mine.Run(index);
        }
    }

    /// <summary>Sets the lines [first, last) of 16 floats.</summary>
    private readonly struct FillJob(float* target, long length, float value) : IHostJob
    {
        public const float Cost = 1;

        public void Run(int first, int last)
        {
            var start = (long)first * HostMemory.Line;
            var rest = Math.Min(length, (long)last * HostMemory.Line) - start;
            while (rest > 0)
            {
                var piece = (int)Math.Min(rest, int.MaxValue);
                new Span<float>(target + start, piece).Fill(value);
                start += piece;
                rest -= piece;
            }
        }
    }

    /// <summary>Copies the lines [first, last) of 16 floats.</summary>
    private readonly struct CopyJob(float* from, float* to, long length) : IHostJob
    {
        public const float Cost = 2;

        public void Run(int first, int last)
        {
            var start = (long)first * HostMemory.Line;
            var bytes = (Math.Min(length, (long)last * HostMemory.Line) - start) * sizeof(float);
            Buffer.MemoryCopy(from + start, to + start, bytes, bytes);
        }
    }
}
