using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Months of something that grows and has a season: y(t) = level + a t + b sin(2 pi t / 12) + c sin(2 pi t / 4) + e(t), with noise
/// e(t) = 0.6 e(t - 1) + s n(t), n standard normal, that is in its steady state from the first month on.
/// The season repeats after 12 months, so that the error of the seasonal naive forecast k months ahead, k of 1 to 12, is
/// 12 a + e(t + k) - e(t + k - 12), of variance 2 (1 - 0.6^12) s^2 / (1 - 0.6^2) around its mean.
/// </summary>
public static class SeasonalSeries
{
    /// <summary>Months in a season.</summary>
    public const int Season = 12;

    /// <summary>Growth in a month: a.</summary>
    public const double Trend = 0.1;

    /// <summary>The share of the noise that stays until the next month.</summary>
    public const double Memory = 0.6;

    private const double Level = 50;
    private const double Yearly = 8;
    private const double Quarterly = 3;
    private const int FirstYear = 1980;

    /// <summary>Draws a series; its first months do not depend on how many there are.</summary>
    /// <param name="count">Months.</param>
    /// <param name="seed">Key of the noise.</param>
    /// <param name="noise">The deviation s of what is new in each month's noise.</param>
    public static TimeSeries Draw(int count = 360, ulong seed = 0, double noise = 1)
    {
        var random = new Philox(Streams.Key(seed, "seasonal series"));
        var values = new double[count];
        var error = noise * random.NextNormal() / Math.Sqrt(1 - Memory * Memory);
        for (var t = 0; t < count; t++)
        {
            values[t] = Exactly(t) + error;
            error = Memory * error + noise * random.NextNormal();
        }
        return new TimeSeries("sales", values, [.. Enumerable.Range(0, count).Select(t => $"{FirstYear + t / Season}-{t % Season + 1:00}")]);
    }

    /// <summary>The month t without noise.</summary>
    public static double Exactly(int t) =>
        Level + Trend * t + Yearly * Math.Sin(2 * Math.PI * t / Season) + Quarterly * Math.Sin(2 * Math.PI * t / 4);
}
