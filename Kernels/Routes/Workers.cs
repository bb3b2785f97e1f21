using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>
/// Threads that share the ranges of one launch with its caller. They spin for a while between launches, then park.
/// Every thread begins with its own run of neighbouring ranges, so that launches of equal shape find their data in the
/// same core's cache, and helps the others when it is done, so that a core busy elsewhere delays a launch by one range only.
/// A launch allocates nothing.
/// </summary>
public sealed unsafe class Workers : IDisposable
{
    /// <summary>Most threads, the caller included.</summary>
    public const int MaxThreads = 64;

    /// <summary>Most ranges a launch is cut into.</summary>
    public const int MaxRanges = 0x7FFF;

    private const int SpinsBeforeParking = 20_000;
    private const int SpinsBeforeYielding = 4_096;

    /// <summary>One thread's line of memory. Ticket = launch (32 bits), next range (16), end of its ranges (16).</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Slot
    {
        public long Ticket;
        public int Parked;
    }

    /// <summary>The line that threads write when they are done.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Tally
    {
        public int Done;
    }

    private readonly int threads;
    private readonly int spins;
    private readonly Slot* slots;
    private readonly Tally* tally;
    private readonly object[] gates;
    private readonly Thread[] background;

    private int busy;
    private volatile bool stopping;
    private uint launch;

    // Of the launch in flight. A thread reads them only while it holds a claimed range, which keeps the launch in flight.
    private void* job;
    private delegate*<void*, int, int, void> code;
    private int count;
    private int grain;
    private int ranges;
    private int participants;
    private Exception? fault;

    /// <summary>Starts threads - 1 background threads; the caller of a launch is the last one.</summary>
    public Workers(int threads)
    {
        if (threads is < 1 or > MaxThreads)
            throw new ArgumentOutOfRangeException(nameof(threads), threads, $"Workers need 1 to {MaxThreads} threads. Set GPUNN_THREADS or pass another number.");
        this.threads = threads;
        spins = threads <= Environment.ProcessorCount ? SpinsBeforeParking : SpinsBeforeParking / 256;
        var lines = (nuint)(threads + 1) * 64;
        slots = (Slot*)NativeMemory.AlignedAlloc(lines, 64);
        NativeMemory.Clear(slots, lines);
        tally = (Tally*)(slots + threads);
        gates = new object[threads];
        background = new Thread[threads - 1];
        for (var self = 1; self < threads; self++)
        {
            gates[self] = new object();
            var mine = self;
            background[self - 1] = new Thread(() => Loop(mine)) { IsBackground = true, Name = $"GpuNN worker {mine}" };
            background[self - 1].Start();
        }
    }

    /// <summary>Threads that share a launch, the caller included.</summary>
    public int Threads => threads;

    /// <summary>
    /// Runs job.Run(first, last) over [0, count) cut into at most <paramref name="ranges"/> ranges whose ends are multiples of
    /// <paramref name="grain"/>, and returns when all have run. The cut depends on the arguments alone, never on the threads.
    /// Runs everything on the caller while another launch is in flight, so it may be called from a job and from several threads.
    /// The first exception of a range is thrown here; ranges that had not begun are then left out.
    /// </summary>
    public void Run<TJob>(int ranges, int grain, int count, in TJob job) where TJob : struct, IHostJob
    {
        if (count <= 0)
            return;
        var grains = (int)(((long)count + grain - 1) / grain);
        ranges = Math.Min(Math.Min(ranges, grains), MaxRanges);
        if (ranges <= 1)
        {
            job.Run(0, count);
            return;
        }
        if (threads == 1 || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            for (var range = 0; range < ranges; range++)
                job.Run(Start(range, ranges, grain, grains), Math.Min(count, Start(range + 1, ranges, grain, grains)));
            return;
        }
        // A copy on this stack: it stays put for the others' pointer, and the collector sees the references in it.
        var copy = job;
        Share(ranges, grain, count, Unsafe.AsPointer(ref copy), &Invoke<TJob>);
    }

    /// <summary>Stops the threads. A later launch runs on its caller.</summary>
    public void Dispose()
    {
        if (stopping)
            return;
        // Never given back: launches from here on run on their callers.
        while (Interlocked.CompareExchange(ref busy, 1, 0) != 0)
            Thread.Yield();
        stopping = true;
        launch++;
        for (var self = 1; self < threads; self++)
            Volatile.Write(ref slots[self].Ticket, Pack(launch, 0, 0));
        Interlocked.MemoryBarrier();
        for (var self = 1; self < threads; self++)
            Wake(self);
        foreach (var thread in background)
            thread.Join();
        NativeMemory.AlignedFree(slots);
    }

    private static void Invoke<TJob>(void* job, int first, int last) where TJob : struct, IHostJob =>
        Unsafe.AsRef<TJob>(job).Run(first, last);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Share(int ranges, int grain, int count, void* job, delegate*<void*, int, int, void> code)
    {
        var participants = Math.Min(threads, ranges);
        this.ranges = ranges;
        this.grain = grain;
        this.count = count;
        this.job = job;
        this.code = code;
        this.participants = participants;
        tally->Done = 0;
        var current = ++launch;
        for (var self = 0; self < participants; self++)
        {
            var next = ranges * self / participants;
            var end = ranges * (self + 1) / participants;
            Volatile.Write(ref slots[self].Ticket, Pack(current, next, end));
        }
        // A parking thread writes Parked, then reads its ticket; here the other way round: one of the two sees the other.
        Interlocked.MemoryBarrier();
        for (var self = 1; self < participants; self++)
            if (Volatile.Read(ref slots[self].Parked) != 0)
                Wake(self);
        var others = ranges - Work(0, current);
        for (var spin = 0; Volatile.Read(ref tally->Done) != others; spin++)
        {
            if (spin < SpinsBeforeYielding)
                Pause();
            else
                Thread.Yield();
        }
        var error = fault;
        fault = null;
        Volatile.Write(ref busy, 0);
        if (error is not null)
            ExceptionDispatchInfo.Throw(error);
    }

    private void Wake(int self)
    {
        if (Interlocked.Exchange(ref slots[self].Parked, 0) == 0)
            return;
        lock (gates[self])
            Monitor.Pulse(gates[self]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Loop(int self)
    {
        var seen = 0u;
        while (true)
        {
            seen = Await(self, seen);
            if (stopping)
                return;
            var done = Work(self, seen);
            if (done > 0)
                Interlocked.Add(ref tally->Done, done);
        }
    }

    /// <summary>Waits for a launch that is not the one seen last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private uint Await(int self, uint seen)
    {
        ref var slot = ref slots[self];
        for (var spin = 0; spin < spins; spin++)
        {
            var current = LaunchOf(Volatile.Read(ref slot.Ticket));
            if (current != seen)
                return current;
            Pause();
        }
        lock (gates[self])
        {
            while (true)
            {
                Volatile.Write(ref slot.Parked, 1);
                Interlocked.MemoryBarrier();
                var current = LaunchOf(Volatile.Read(ref slot.Ticket));
                if (current != seen)
                {
                    Volatile.Write(ref slot.Parked, 0);
                    return current;
                }
                Monitor.Wait(gates[self]);
            }
        }
    }

    /// <summary>Runs ranges of a launch, the thread's own first, until none is left to claim. Returns how many it ran.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Work(int self, uint current)
    {
        var done = 0;
        // Read once: a thread that comes late may see a later launch's number here, and then claims nothing.
        var sharers = participants;
        for (var turn = 0; turn < sharers; turn++)
        {
            ref var ticket = ref slots[(self + turn) % sharers].Ticket;
            int range;
            while ((range = Claim(ref ticket, current)) >= 0)
            {
                Execute(range);
                done++;
            }
        }
        return done;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Claim(ref long ticket, uint current)
    {
        while (true)
        {
            var seen = Volatile.Read(ref ticket);
            var next = (int)(seen >> 16) & 0xFFFF;
            if (LaunchOf(seen) != current || next >= ((int)seen & 0xFFFF))
                return -1;
            if (Interlocked.CompareExchange(ref ticket, seen + (1 << 16), seen) == seen)
                return next;
        }
    }

    private void Execute(int range)
    {
        if (Volatile.Read(ref fault) is not null)
            return;
        var grains = (int)(((long)count + grain - 1) / grain);
        var first = Start(range, ranges, grain, grains);
        var last = Math.Min(count, Start(range + 1, ranges, grain, grains));
        try
        {
            code(job, first, last);
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref fault, error, null);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Start(int range, int ranges, int grain, int grains) =>
        (int)Math.Min((long)grains * range / ranges * grain, int.MaxValue);

    private static long Pack(uint launch, int next, int end) => (long)launch << 32 | (long)next << 16 | (uint)end;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint LaunchOf(long ticket) => (uint)(ticket >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pause()
    {
        if (X86Base.IsSupported)
            X86Base.Pause();
        else if (ArmBase.IsSupported)
            ArmBase.Yield();
        else
            Thread.SpinWait(1);
    }
}
