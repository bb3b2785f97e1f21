namespace GpuNN;

/// <summary>How the delayed value is taken within a step of Runge and Kutta: the jump of x at time 0 makes the two series part for good.</summary>
public enum DelayRule
{
    /// <summary>It stays what it is at the start of the step: form A.</summary>
    Frozen,

    /// <summary>It moves with the step, and half way it is the mean of both ends: form B.</summary>
    Averaged,
}

/// <summary>
/// The series of Mackey and Glass, chaotic for a delay of 17: x'(t) = 0.2 x(t - 17) / (1 + x(t - 17)^10) - 0.1 x(t), with x(0) = 1.2 and
/// x = 0 before. Steps of 0.1 by the method of Runge and Kutta of order 4; the values at whole times are kept.
/// Source: Mackey and Glass (1977), "Oscillation and chaos in physiological control systems"; as a forecasting task Jang (1993), "ANFIS".
/// </summary>
public static class MackeyGlass
{
    private const int StepsOfOne = 10;
    private const int Delay = 17;
    private const double Start = 1.2;
    private const int FirstOrigin = 118;
    private const int Half = 500;

    /// <summary>The lags of the usual task: x(t - 18), x(t - 12), x(t - 6) and x(t).</summary>
    public static IReadOnlyList<int> UsualLags { get; } = [18, 12, 6, 0];

    /// <summary>The values at times 0, 1, 2, ...</summary>
    /// <param name="count">How many; at least 1.</param>
    /// <param name="rule">How the delayed value is taken.</param>
    public static double[] Series(int count = 1_300, DelayRule rule = DelayRule.Frozen)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        const double Step = 1.0 / StepsOfOne;
        var x = new double[(count - 1) * StepsOfOne + 1];
        x[0] = Start;
        for (var at = 0; at + 1 < x.Length; at++)
        {
            double begin = Delayed(at), end = rule == DelayRule.Frozen ? begin : Delayed(at + 1), middle = (begin + end) / 2;
            var first = Slope(x[at], begin);
            var second = Slope(x[at] + Step / 2 * first, middle);
            var third = Slope(x[at] + Step / 2 * second, middle);
            var fourth = Slope(x[at] + Step * third, end);
            x[at + 1] = x[at] + Step / 6 * (first + 2 * second + 2 * third + fourth);
        }
        return [.. Enumerable.Range(0, count).Select(time => x[time * StepsOfOne])];

        double Delayed(int at) => at >= Delay * StepsOfOne ? x[at - Delay * StepsOfOne] : 0;
    }

    /// <summary>The usual task: t = 118 to 617 to learn from, 618 to 1117 to be judged by.</summary>
    /// <param name="ahead">How many steps after t the value to predict lies.</param>
    /// <param name="rule">How the delayed value is taken.</param>
    /// <param name="windows">Which values are seen; null for the four of <see cref="UsualLags"/>. Its own target is not used.</param>
    public static DataPair Draw(int ahead = 6, DelayRule rule = DelayRule.Frozen, Windows? windows = null)
    {
        windows = (windows ?? new Windows(UsualLags, [ahead])) with { Ahead = [ahead] };
        var series = Series(FirstOrigin + 2 * Half + ahead, rule);
        return new DataPair(
            windows.Cut(series, FirstOrigin, FirstOrigin + Half - 1),
            windows.Cut(series, FirstOrigin + Half, FirstOrigin + 2 * Half - 1));
    }

    private static double Slope(double x, double delayed) => 0.2 * delayed / (1 + Math.Pow(delayed, 10)) - 0.1 * x;
}
