using System.Diagnostics;
using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The threads of the host route.</summary>
[TestFixture(1), TestFixture(2), TestFixture(3), TestFixture(5)]
public sealed unsafe class WorkersTests(int threads)
{
    private readonly Workers workers = new(threads);

    [OneTimeTearDown]
    public void Stop() => workers.Dispose();

    [Test]
    public void Every_index_runs_exactly_once([Values(1, 2, 7, 64)] int ranges, [Values(1, 4, 16)] int grain, [Values(0, 1, 15, 1000, 1003)] int count)
    {
        var hits = new int[Math.Max(count, 1)];
        fixed (int* at = hits)
            workers.Run(ranges, grain, count, new Count(at, grain, count));
        Assert.That(hits.Take(count), Is.All.EqualTo(1));
    }

    [Test]
    public void Every_index_runs_exactly_once_in_many_launches_on_end()
    {
        const int launches = 20_000, count = 37;
        var hits = new int[count];
        fixed (int* at = hits)
        {
            for (var launch = 0; launch < launches; launch++)
                workers.Run(1 + (launch % 9), 1, count, new Count(at, 1, count));
        }
        Assert.That(hits, Is.All.EqualTo(launches));
    }

    [Test]
    public void Ranges_do_not_depend_on_the_number_of_threads()
    {
        using var alone = new Workers(1);
        Assert.That(Ranges(workers), Is.EqualTo(Ranges(alone)));

        static int[] Ranges(Workers workers)
        {
            var ends = new int[1000];
            fixed (int* at = ends)
                workers.Run(11, 3, ends.Length, new MarkEnds(at));
            return ends;
        }
    }

    [Test]
    public void An_exception_reaches_the_caller_and_the_workers_go_on()
    {
        for (var round = 0; round < 100; round++)
        {
            var error = Assert.Throws<InvalidOperationException>(() => workers.Run(8, 1, 8, new Fail(round % 8)));
            Assert.That(error!.Message, Is.EqualTo($"index {round % 8}"));
        }
        Every_index_runs_exactly_once(7, 1, 1000);
    }

    [Test]
    public void A_launch_inside_a_launch_runs_inline()
    {
        var hits = new int[64];
        fixed (int* at = hits)
            workers.Run(8, 1, 8, new Nest(workers, at));
        Assert.That(hits, Is.All.EqualTo(1));
    }

    [Test]
    public void Several_callers_at_once_are_safe()
    {
        const int callers = 4, launches = 2000, count = 64;
        var hits = new int[callers * count];
        var users = Enumerable.Range(0, callers).Select(user => new Thread(() =>
        {
            fixed (int* at = hits)
            {
                for (var launch = 0; launch < launches; launch++)
                    workers.Run(4, 1, count, new Count(at + (user * count), 1, count));
            }
        })).ToArray();
        foreach (var user in users)
            user.Start();
        foreach (var user in users)
            user.Join();
        Assert.That(hits, Is.All.EqualTo(launches));
    }

    [Test]
    public void Parked_threads_wake_and_take_their_ranges()
    {
        if (threads == 1)
            Assert.Pass("A single thread never parks.");
        for (var round = 0; round < 3; round++)
        {
            Thread.Sleep(100);
            // Each range waits until another thread has begun one, so this ends only if a second thread wakes up.
            var begun = 0;
            workers.Run(2, 1, 2, new Meet(&begun));
            Assert.That(begun, Is.EqualTo(2));
        }
    }

    [Test]
    public void A_job_may_hold_references_while_the_collector_moves_objects()
    {
        var total = 0L;
        for (var round = 0; round < 50; round++)
        {
            // Young objects: each collection inside the job moves them.
            var numbers = Enumerable.Range(0, 64).ToArray();
            var sums = new long[64];
            workers.Run(16, 1, 64, new Collect(numbers, sums));
            total += sums.Sum();
        }
        Assert.That(total, Is.EqualTo(50L * 64 * 63 / 2));
    }

    [Test, NonParallelizable]
    public void Launches_allocate_nothing()
    {
        var hits = new int[64];
        fixed (int* at = hits)
        {
            var job = new Count(at, 1, 64);
            for (var launch = 0; launch < 1000; launch++)
                workers.Run(8, 1, 64, job);
            // The test runner's own threads allocate now and then, so the least of some tries counts.
            var least = long.MaxValue;
            for (var attempt = 0; attempt < 20 && least > 0; attempt++)
            {
                Thread.Sleep(5);
                var before = GC.GetTotalAllocatedBytes(true);
                for (var launch = 0; launch < 10_000; launch++)
                    workers.Run(8, 1, 64, job);
                least = Math.Min(least, GC.GetTotalAllocatedBytes(true) - before);
            }
            Assert.That(least, Is.Zero);
        }
    }

    [Test]
    public void After_dispose_a_launch_runs_on_its_caller()
    {
        var stopped = new Workers(threads);
        stopped.Dispose();
        stopped.Dispose();
        var hits = new int[64];
        fixed (int* at = hits)
            stopped.Run(8, 1, 64, new Count(at, 1, 64));
        Assert.That(hits, Is.All.EqualTo(1));
    }

    [Test]
    public void Numbers_of_threads_out_of_range_are_refused([Values(-1, 0, 65)] int wrong) =>
        Assert.That(() => new Workers(wrong), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("1 to 64 threads"));

    private readonly struct Count(int* hits, int grain, int count) : IHostJob
    {
        public void Run(int first, int last)
        {
            if (first % grain != 0 || (last % grain != 0 && last != count) || last <= first)
                throw new InvalidOperationException($"The range [{first}, {last}) does not end at multiples of {grain}.");
            for (var index = first; index < last; index++)
                Interlocked.Increment(ref hits[index]);
        }
    }

    private readonly struct MarkEnds(int* ends) : IHostJob
    {
        public void Run(int first, int last) => ends[first] = last;
    }

    private readonly struct Fail(int at) : IHostJob
    {
        public void Run(int first, int last)
        {
            if (first <= at && at < last)
                throw new InvalidOperationException($"index {at}");
        }
    }

    private readonly struct Nest(Workers workers, int* hits) : IHostJob
    {
        public void Run(int first, int last)
        {
            for (var outer = first; outer < last; outer++)
                workers.Run(4, 1, 8, new Count(hits + (outer * 8), 1, 8));
        }
    }

    private readonly struct Meet(int* begun) : IHostJob
    {
        public void Run(int first, int last)
        {
            Interlocked.Increment(ref *begun);
            var start = Stopwatch.GetTimestamp();
            while (Volatile.Read(ref *begun) < 2)
            {
                if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(20))
                    throw new TimeoutException("No second thread woke up.");
                Thread.Yield();
            }
        }
    }

    private readonly struct Collect(int[] numbers, long[] sums) : IHostJob
    {
        public void Run(int first, int last)
        {
            for (var index = first; index < last; index++)
            {
                if (index % 16 == 0)
                    GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                sums[index] = numbers[index];
            }
        }
    }
}
