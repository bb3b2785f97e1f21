using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// A loop of a schedule: its body is bound once and replayed, each time with its moving operands one step further. So a
/// sequence of a thousand steps is one entry, not a thousand copies of the body.
/// </summary>
/// <param name="count">How many times.</param>
/// <param name="body">What runs each time, in order.</param>
/// <param name="reverse">Whether it runs from the last step to the first, as a gradient does.</param>
internal sealed class LoopLaunch(int count, Launch[] body, bool reverse = false) : Launch
{
    public override void Play(Route route)
    {
        for (var turn = 0; turn < count; turn++)
            foreach (var launch in body)
            {
                launch.MoveTo(reverse ? count - 1 - turn : turn);
                launch.Play(route);
            }
    }
}

/// <summary>
/// An operand that moves through a sequence: at iteration t it is the run of <paramref name="Length"/> elements that begins at
/// Start + t Stride of the whole.
/// </summary>
/// <param name="Whole">The sequence's memory.</param>
/// <param name="Start">Where the first step begins.</param>
/// <param name="Stride">Elements from one step to the next.</param>
/// <param name="Length">Elements of a step.</param>
internal readonly record struct MovingView(View Whole, long Start, long Stride, long Length)
{
    public View At(int iteration) => Whole.Slice(Start + iteration * Stride, Length);
}
