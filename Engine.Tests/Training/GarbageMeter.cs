namespace GpuNN.Tests;

/// <summary>Counts the bytes that a training allocates between two steps, on all threads.</summary>
internal sealed class GarbageMeter(int from, int to) : Callback
{
    private long before;

    public long Bytes { get; private set; } = -1;

    public override void OnStepEnd(TrainingRun run)
    {
        if (run.Step == from)
            before = GC.GetTotalAllocatedBytes(precise: true);
        else if (run.Step == to)
            Bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
