using System.Globalization;
using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Reading dates: a day of 1950 to 2050, written in one of six forms in small letters, in; the same day as 1998-05-09 out, each with
/// its end. The forms: 9 july 1998; 9 jul 1998; july 9, 1998; thursday, 9 july 1998; 09.07.1998, the day first; 07/09/1998, the month
/// first. No day is in both parts.
/// Shapes: items (<see cref="SourceSteps"/>), labels (<see cref="TargetSteps"/>), tokens of <see cref="Source"/> and
/// <see cref="Target"/>; padding is <see cref="Vocabulary.Pad"/>, for a loss to ignore.
/// </summary>
public static class DatesTask
{
    /// <summary>Steps of an item: the longest date, "wednesday, 27 september 2023", and its end.</summary>
    public const int SourceSteps = 29;

    /// <summary>Steps of the labels: ten characters and the end.</summary>
    public const int TargetSteps = 11;

    private static readonly string[] forms = ["d MMMM yyyy", "d MMM yyyy", "MMMM d, yyyy", "dddd, d MMMM yyyy", "dd'.'MM'.'yyyy", "MM'/'dd'/'yyyy"];
    private static readonly DateOnly first = new(1950, 1, 1);
    private static readonly int days = new DateOnly(2051, 1, 1).DayNumber - first.DayNumber;

    /// <summary>What the tokens of a source stand for.</summary>
    public static Vocabulary Source { get; } = new(TextUnit.Characters, "0123456789 ,./abcdefghijklmnopqrstuvwxyz".Select(character => character.ToString()));

    /// <summary>What the tokens of an answer stand for.</summary>
    public static Vocabulary Target { get; } = new(TextUnit.Characters, "0123456789-".Select(character => character.ToString()));

    /// <summary>Draws a training and a test part: different days, each in a form of its own.</summary>
    /// <param name="train">Training days.</param>
    /// <param name="test">Test days.</param>
    /// <param name="seed">Key of all random numbers.</param>
    public static DataPair Draw(int train = 10_000, int test = 1_000, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(train);
        ArgumentOutOfRangeException.ThrowIfNegative(test);
        if (train + test > days)
            throw new ArgumentOutOfRangeException(nameof(train), $"DatesTask: there are {days:N0} days from 1950 to 2050, but {train + test:N0} are asked for.\nAsk for fewer.");
        var order = new int[days];
        Shuffling.Permutation(order, new Philox(Streams.Key(seed, "dates")));
        // from the two ends, so that neither part depends on the size of the other
        return new(Part(order[..train], seed), Part([.. order.Reverse().Take(test)], seed));
    }

    /// <summary>A day in one of the forms.</summary>
    /// <param name="day">The day.</param>
    /// <param name="form">Which form, 0 to 5.</param>
    public static string Written(DateOnly day, int form) => day.ToString(forms[form], CultureInfo.InvariantCulture).ToLowerInvariant();

    private static DataSet Part(int[] chosen, ulong seed)
    {
        var key = Streams.Key(seed, "forms of dates");
        var inputs = Array.ConvertAll(chosen, int[] (day) => [.. Source.Encode(Written(first.AddDays(day), new Philox(key, (ulong)day).NextInt(forms.Length))), Vocabulary.End]);
        var labels = Array.ConvertAll(chosen, int[] (day) => [.. Target.Encode(first.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), Vocabulary.End]);
        return DataSet.OfTokens(PaddedSequences.OfTokens(inputs, SourceSteps), [SourceSteps], Source.Count)
            .Labelled(PaddedSequences.OfTokens(labels, TargetSteps), Target.Count, [TargetSteps]);
    }
}
