using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// How a bound schedule is played. The first time launch by launch, so that every kernel is compiled and loaded; then its launches are
/// captured with their operands, and from there on replayed, on CUDA as one launch. What changes from step to step lies in device
/// memory: feeds, learning rates, the counters of optimisers and random streams. Whatever else changes must <see cref="Drop"/> it.
/// </summary>
internal sealed class StepReplay(Function function, Plan plan) : IDisposable
{
    private CapturedLaunches? captured;
    private bool hasPlayed;
    private bool isPlain;

    private Device Device => function.Device;

    /// <summary>Plays the schedule.</summary>
    public void Play(Launch[] schedule)
    {
        if (!Device.CaptureSteps)
            Drop();
        else if (captured is null && hasPlayed && !isPlain)
            Capture(schedule);
        if (captured is not null)
        {
            captured.Replay();
            return;
        }
        Launch(schedule);
        hasPlayed = true;
    }

    /// <summary>Forgets what was captured: the next play is launch by launch, as the first one was.</summary>
    public void Drop()
    {
        Keep(null);
        hasPlayed = false;
    }

    public void Dispose() => Drop();

    private void Capture(Launch[] schedule)
    {
        try
        {
            Keep(Device.Route.Capture(() => Launch(schedule)));
        }
        catch (DeviceException refused)
        {
            Device.Warn($"{function.Name}: runs launch by launch, because its step could not be captured. {refused.Message}");
        }
        // What failed once is not tried again, and neither is what has nothing to gain.
        isPlain = captured is null;
    }

    private void Launch(Launch[] schedule)
    {
        foreach (var launch in schedule)
            launch.Play(Device.Route);
    }

    private void Keep(CapturedLaunches? launches)
    {
        captured?.Dispose();
        captured = launches;
        plan.CapturedLaunches = launches?.Count ?? 0;
        plan.IsOneLaunch = launches?.IsOneLaunch ?? false;
    }
}
