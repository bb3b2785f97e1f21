namespace GpuNN.Tests;

/// <summary>
/// Counts the bytes that a training allocates between two steps. The thread that trains is counted by itself: there every try must show
/// none. Workers and readers show only in the count of the whole process, to which the test runner's own threads add now and then: there
/// the least of some tries counts. Each try is a training from its beginning, so that what a training allocates comes back in all of them.
/// </summary>
internal sealed class GarbageMeter : Callback
{
    private const int Tries = 10;

    private readonly int from;
    private readonly int to;
    private long process;
    private long thread;

    private GarbageMeter(int from, int to) => (this.from, this.to) = (from, to);

    /// <summary>Trains until the process shows no byte, and fails if it never does, or if the training thread shows one.</summary>
    /// <param name="from">The step after which is counted.</param>
    /// <param name="to">The last one.</param>
    /// <param name="train">A training from its beginning that this callback watches.</param>
    public static void FindsNothing(int from, int to, Action<Callback> train)
    {
        var least = long.MaxValue;
        for (var time = 0; time < Tries && least > 0; time++)
        {
            var meter = new GarbageMeter(from, to) { process = long.MaxValue, thread = long.MaxValue };
            train(meter);
            Assert.That(meter.thread, Is.Zero, "on the thread that trains");
            least = Math.Min(least, meter.process);
        }
        Assert.That(least, Is.Zero, "on all threads");
    }

    /// <summary>The bytes that all threads allocate while something is played: the least of some times.</summary>
    public static long Least(Action play)
    {
        var least = long.MaxValue;
        for (var time = 0; time < Tries && least > 0; time++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            play();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        return least;
    }

    public override void OnStepEnd(TrainingRun run)
    {
        if (run.Step == from)
            (process, thread) = (GC.GetTotalAllocatedBytes(precise: true), GC.GetAllocatedBytesForCurrentThread());
        else if (run.Step == to)
            (thread, process) = (GC.GetAllocatedBytesForCurrentThread() - thread, GC.GetTotalAllocatedBytes(precise: true) - process);
    }
}
