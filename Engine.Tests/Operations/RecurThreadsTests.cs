namespace GpuNN.Tests;

/// <summary>Recurrent layers that are large enough to be split give the same bits with any number of threads.</summary>
public sealed class RecurThreadsTests
{
    [TestCaseSource(typeof(RecurTests), nameof(RecurTests.Cells))]
    public void The_bits_do_not_depend_on_the_threads(RecurTests.Subject subject)
    {
        subject.SameBits(steps: 5, batch: 37, units: 45);
        subject.SameBits(steps: 5, batch: 7, units: 45);
    }
}
