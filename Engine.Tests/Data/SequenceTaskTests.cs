using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The tasks on sequences that the program makes itself: each keeps its rule, and its parts do not overlap.</summary>
public sealed class SequenceTaskTests
{
    [Test]
    public void Adding_leaves_one_sixth_to_who_does_nothing()
    {
        const int Steps = 20;
        var set = AddingProblem.Draw(Steps, train: 40_000, test: 5).Train;
        var squares = 0.0;
        for (var row = 0; row < set.Count; row++)
        {
            var (values, marks) = Columns(set.Item(row), 2);
            Assert.That(marks.Count(mark => mark == 1), Is.EqualTo(2));
            Assert.That(marks[..(Steps / 2)].Sum(), Is.EqualTo(1), "one mark in each half");
            Assert.That(set.Target(row)[0], Is.EqualTo(values.Zip(marks, (value, mark) => value * mark).Sum()).Within(1e-6));
            squares += (set.Target(row)[0] - 1) * (set.Target(row)[0] - 1);
        }
        // the fourth moment of a triangle on [-1, 1] is 1/15, so the mean of n squares has a deviation of sqrt((1/15 - 1/36) / n)
        Assert.That(squares / set.Count, Is.EqualTo(1 / 6.0).Within(4 * Math.Sqrt((1 / 15.0 - 1 / 36.0) / set.Count)));
        Assert.That(() => AddingProblem.Draw(1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least 2 steps"));
    }

    [Test]
    public void The_original_adding_problem_leaves_nearly_one_twenty_fourth()
    {
        const int T = 100, Longest = 110;
        var set = AddingProblem.DrawOriginal(T, train: 20_000, test: 5).Train;
        Assert.That(set.ItemShape, Is.EqualTo(Shape.Of(Longest, 3)));
        var squares = 0.0;
        var lengths = new HashSet<int>();
        for (var row = 0; row < set.Count; row++)
        {
            var mask = Column(set.Item(row), 3, 2);
            var length = (int)mask.Sum();
            lengths.Add(length);
            Assert.That(mask, Is.EqualTo(Enumerable.Range(0, Longest).Select(step => step < length ? 1f : 0)));
            float[] values = Column(set.Item(row), 3, 0), marks = Column(set.Item(row), 3, 1);
            Assert.That((marks[0], marks[length - 1]), Is.EqualTo((-1f, -1f)));
            int[] marked = [.. Enumerable.Range(0, Longest).Where(step => marks[step] == 1)];
            Assert.That(marked, Has.Length.InRange(1, 2).And.All.InRange(1, T / 2 - 2));
            Assert.That(set.Target(row)[0], Is.EqualTo(0.5 + marked.Sum(step => values[step]) / 4.0).Within(1e-6));
            squares += Math.Pow(set.Target(row)[0] - 0.5, 2);
        }
        Assert.That(lengths.Order(), Is.EqualTo(Enumerable.Range(T, 11)));
        // each value has the variance 1/3, and counts unless its mark falls on step 0: one in 10, and 9 in 10 of one in 48
        var expected = (2 - 1 / 10.0 - 9 / 10.0 / 48) / 3 / 16;
        Assert.That(expected, Is.EqualTo(1 / 24.0 * 0.94).Within(2e-4));
        Assert.That(squares / set.Count, Is.EqualTo(expected).Within(0.0012), "4 deviations");
    }

    [Test]
    public void Counting_tells_which_symbols_may_come()
    {
        var (train, test) = CountingLanguage.Strings(letters: 2, trained: 2, tested: 3);
        Assert.That((train.Count, test.Count, train.ItemShape), Is.EqualTo((2, 1, Shape.Of(7, 5))));
        // n = 2: S a a b b, each with what may come next
        Assert.That(Told(train, 1), Is.EqualTo("S:a a:ab a:ab b:b b:T"));
        Assert.That(Told(test, 0), Is.EqualTo("S:a a:ab a:ab a:ab b:b b:b b:T"));
        Assert.That(train.Target(1)[^8..].ToArray(), Is.All.EqualTo(CountingLanguage.Ignored));
        var three = CountingLanguage.Strings(letters: 3, trained: 2, tested: 2);
        Assert.That((three.Test.Count, Told(three.Train, 1, "SabcT")), Is.EqualTo((0, "S:a a:ab a:ab b:b b:c c:c c:T")));
        Assert.That(() => CountingLanguage.Strings(letters: 4), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Reber_strings_are_legal_and_remember_their_second_symbol()
    {
        var (train, test) = ReberGrammar.Draw();
        Assert.That((train.Count, test.Count), Is.EqualTo((256, 256)));
        string[] strings = [.. new[] { train, test }.SelectMany(set => Enumerable.Range(0, set.Count).Select(row => Text(set.Item(row), ReberGrammar.Symbols)))];
        Assert.That(strings, Is.Unique);
        foreach (var text in strings)
        {
            Assert.That(text[^1], Is.EqualTo(text[1]), "the last symbol but one; the end itself is a target alone");
            Assert.That(ReberGrammar.Next(text), Is.EqualTo("E"));
            Assert.That(text[2..^1], Does.Match("^B[TSXPV]+E$"));
        }
        Assert.That(strings.Select(text => text[1]).Distinct().Count(), Is.EqualTo(2));
        Assert.That(Told(train, 0, ReberGrammar.Symbols), Does.StartWith("B:TP").And.EndWith(":E"));
        // by hand: the two shortest ways through the inner grammar
        Assert.That(new[] { "BTBTXSET", "BPBPVVEP" }.Select(ReberGrammar.Next), Is.All.EqualTo("E"));
        Assert.That(ReberGrammar.Next("BTBPT"), Is.EqualTo("TV"));
        Assert.That(ReberGrammar.Next("BTBTXX"), Is.EqualTo("TV"), "back to the loop");
        Assert.That(ReberGrammar.Next("BPBTXSE"), Is.EqualTo("P"));
        Assert.That(() => ReberGrammar.Next("BTBTXSEP"), Throws.ArgumentException.With.Message.Contains("number 7 cannot be P"));
        Assert.That(() => ReberGrammar.Draw(longest: 9), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Allow longer strings"));
    }

    [Test]
    public void Copies_are_asked_for_after_the_delimiter()
    {
        var set = CopyTask.Draw(train: 60, test: 0, shortest: 1, longest: 4, bits: 3).Train;
        Assert.That((set.ItemShape, set.TargetShape), Is.EqualTo((Shape.Of(9, 5), Shape.Of(9, 3))));
        for (var row = 0; row < set.Count; row++)
        {
            float[][] x = [.. set.Item(row).ToArray().Chunk(5)], y = [.. set.Target(row).ToArray().Chunk(3)];
            var length = Array.FindIndex(x, step => step[3] == 1);
            Assert.That(length, Is.InRange(1, 4));
            for (var step = 0; step < 9; step++)
            {
                var isAnswer = step > length && step <= 2 * length;
                Assert.That(y[step], isAnswer ? Is.EqualTo(x[step - length - 1][..3]) : Is.All.EqualTo(CopyTask.Ignored));
                Assert.That(x[step][4], Is.EqualTo(step <= 2 * length ? 1 : 0), "mask");
                Assert.That(x[step][..3], step >= length ? Is.All.Zero : Is.All.InRange(0, 1));
            }
        }
    }

    [Test]
    public void Repeated_copies_come_as_often_as_asked_for_and_end_with_a_mark()
    {
        const int Most = 3, Bits = 2;
        var set = CopyTask.DrawRepeated(train: 60, test: 0, most: Most, bits: Bits).Train;
        Assert.That((set.ItemShape, set.TargetShape), Is.EqualTo((Shape.Of(14, 5), Shape.Of(14, 3))));
        for (var row = 0; row < set.Count; row++)
        {
            float[][] x = [.. set.Item(row).ToArray().Chunk(5)], y = [.. set.Target(row).ToArray().Chunk(3)];
            var length = Array.FindIndex(x, step => step[2] == 1);
            var copies = (int)Math.Round(x[length][3] * Math.Sqrt(8 / 12.0) + 2);
            Assert.That((length, copies), Is.EqualTo((Math.Clamp(length, 1, Most), Math.Clamp(copies, 1, Most))));
            for (var at = 0; at < copies * length; at++)
                Assert.That(y[length + 1 + at], Is.EqualTo(new[] { x[at % length][0], x[at % length][1], 0 }));
            Assert.That(y[length + 1 + copies * length], Is.EqualTo(new[] { 0f, 0, 1 }));
            Assert.That(y[..(length + 1)].Concat(y[(length + 2 + copies * length)..]).SelectMany(step => step), Is.All.EqualTo(CopyTask.Ignored));
        }
    }

    [Test]
    public void Reversal_answers_backwards_and_holds_sequences_out()
    {
        var (train, test) = ReversalTask.Draw(train: 3_000, test: 500, room: 12);
        Assert.That((train.ItemShape, train.LabelShape, train.Vocabulary), Is.EqualTo((Shape.Of(13), Shape.Of(13), 14)));
        var sources = new[] { train, test }.Select(set => Enumerable.Range(0, set.Count).Select(row =>
        {
            int[] source = Unpadded(set.TokensOf(row)), answer = Unpadded(set.LabelsOf(row));
            Assert.That(answer, Is.EqualTo(source.Reverse()));
            Assert.That(source, Has.Length.InRange(1, 10).And.All.InRange(4, 13));
            return string.Join(' ', source);
        }).ToHashSet()).ToArray();
        Assert.That(sources[0].Overlaps(sources[1]), Is.False);
        Assert.That(() => ReversalTask.Draw(room: 5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("room 5"));
    }

    [Test]
    public void Sums_are_right_and_in_one_part_only()
    {
        var characters = AdditionTask.Characters;
        var seen = new HashSet<(int, int)>();
        var (train, test) = AdditionTask.Draw(train: 4_000, test: 500, digits: 2);
        foreach (var set in new[] { train, test })
            for (var row = 0; row < set.Count; row++)
            {
                var numbers = string.Concat(characters.Decode(set.TokensOf(row)).Reverse()).Split('+').Select(int.Parse).Order().ToArray();
                Assert.That(characters.Decode(set.LabelsOf(row)), Is.EqualTo($"{numbers.Sum()}"));
                Assert.That(seen.Add((numbers[0], numbers[1])), "each pair once");
            }
        Assert.That(characters.Decode(AdditionTask.Draw(1, 0, seed: 2, reversed: false).Train.TokensOf(0)), Does.Match(@"^\d{1,3}\+\d{1,3}$"));
        Assert.That(AdditionTask.Draw(40, 15, digits: 1).Test.Count, Is.EqualTo(15), "all 55 there are");
        Assert.That(() => AdditionTask.Draw(50, 6, digits: 1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("55 different sums"));
    }

    [Test]
    public void Dates_come_in_six_forms_and_no_day_twice()
    {
        var day = new DateOnly(1998, 7, 9);
        Assert.That(Enumerable.Range(0, 6).Select(form => DatesTask.Written(day, form)),
            Is.EqualTo(new[] { "9 july 1998", "9 jul 1998", "july 9, 1998", "thursday, 9 july 1998", "09.07.1998", "07/09/1998" }));
        var (train, test) = DatesTask.Draw(train: 6_000, test: 600);
        var days = new HashSet<string>();
        var forms = new int[6];
        foreach (var set in new[] { train, test })
            for (var row = 0; row < set.Count; row++)
            {
                var answer = DatesTask.Target.Decode(set.LabelsOf(row));
                Assert.That(days.Add(answer));
                var source = DatesTask.Source.Decode(set.TokensOf(row));
                forms[Array.FindIndex(Enumerable.Range(0, 6).ToArray(), form => DatesTask.Written(DateOnly.Parse(answer, System.Globalization.CultureInfo.InvariantCulture), form) == source)]++;
                Assert.That(set.TokensOf(row).ToArray(), Has.None.EqualTo(Vocabulary.Unknown));
            }
        // may is written alike in the first two forms
        Assert.That(forms, Is.All.InRange(900, 1_300));
        Assert.That(DatesTask.Draw(5, 5).Test.Tokens.ToArray(), Is.EqualTo(test.Take(5).Tokens.ToArray()));
        var all = DatesTask.Draw(36_000, 890);
        Assert.That(Enumerable.Range(0, all.Train.Count).Max(row => Unpadded(all.Train.TokensOf(row)).Length), Is.EqualTo(DatesTask.SourceSteps - 1));
        Assert.That(() => DatesTask.Draw(36_000, 891), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("36,890"));
    }

    [Test]
    public void Recall_asks_for_the_value_of_a_key()
    {
        var set = AssociativeRecall.Draw(train: 500, test: 0, most: 4, keys: 5, values: 3).Train;
        for (var row = 0; row < set.Count; row++)
        {
            var sequence = set.TokensOf(row).ToArray().SkipWhile(token => token == 0).ToArray();
            var pairs = sequence[..^1].Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
            Assert.That(pairs.Keys, Is.All.InRange(1, 5));
            Assert.That(pairs[sequence[^1]], Is.EqualTo(6 + set.Labels.Span[row]));
        }
        Assert.That(Enumerable.Range(0, 500).Select(row => set.TokensOf(row).IndexOfAnyExcept(0)).Distinct().Order(), Is.EqualTo(new[] { 0, 2, 4, 6 }));
    }

    [Test]
    public void Spikes_come_at_one_interval()
    {
        var set = TimedSpikes.Draw(train: 200, test: 0, shortest: 2, longest: 5, steps: 20).Train;
        for (var row = 0; row < set.Count; row++)
        {
            int[] at = [.. Enumerable.Range(0, 20).Where(step => set.Item(row)[step] == 1)];
            var interval = at[1] - at[0];
            Assert.That(interval, Is.InRange(2, 5).And.GreaterThan(at[0]));
            for (var step = 0; step < 20; step++)
                Assert.That(set.Target(row)[step], Is.EqualTo(step < at[1] ? TimedSpikes.Ignored : (step + 1 - at[0]) % interval == 0 ? 1 : 0));
        }
    }

    [Test]
    public void Every_third_bit_is_the_exclusive_or_of_two()
    {
        var set = TemporalXor.Draw(train: 100, test: 0, steps: 20).Train;
        for (var row = 0; row < set.Count; row++)
        {
            var x = set.Item(row);
            var y = set.Target(row);
            for (var step = 0; step < 20; step++)
            {
                Assert.That(x[step], Is.EqualTo(0).Or.EqualTo(1));
                Assert.That(y[step], Is.EqualTo(step % 3 == 1 ? (int)x[step - 1] ^ (int)x[step] : TemporalXor.Ignored));
                if (step % 3 == 2)
                    Assert.That(x[step], Is.EqualTo(y[step - 1]));
            }
        }
        Assert.That(set.Inputs.ToArray().Average(), Is.EqualTo(0.5).Within(0.05));
    }

    [Test]
    public void A_sample_depends_on_seed_and_index_alone() => Assert.Multiple(() =>
    {
        Same(AddingProblem.Draw(10, 5, 5, 2), AddingProblem.Draw(10, 9, 3, 2), AddingProblem.Draw(10, 5, 5, 3));
        Same(AddingProblem.DrawOriginal(30, 5, 5, 2), AddingProblem.DrawOriginal(30, 9, 3, 2), AddingProblem.DrawOriginal(30, 5, 5, 3));
        Same(CopyTask.Draw(5, 5, 2), CopyTask.Draw(9, 3, 2), CopyTask.Draw(5, 5, 3));
        Same(CopyTask.DrawRepeated(5, 5, 2), CopyTask.DrawRepeated(9, 3, 2), CopyTask.DrawRepeated(5, 5, 3));
        Same(ReversalTask.Draw(5, 5, 2), ReversalTask.Draw(9, 3, 2), ReversalTask.Draw(5, 5, 3));
        Same(DatesTask.Draw(5, 5, 2), DatesTask.Draw(9, 3, 2), DatesTask.Draw(5, 5, 3));
        Same(AssociativeRecall.Draw(5, 5, 2), AssociativeRecall.Draw(9, 3, 2), AssociativeRecall.Draw(5, 5, 3));
        Same(TimedSpikes.Draw(5, 5, 2), TimedSpikes.Draw(9, 3, 2), TimedSpikes.Draw(5, 5, 3));
        Same(TemporalXor.Draw(5, 5, 2), TemporalXor.Draw(9, 3, 2), TemporalXor.Draw(5, 5, 3));
        Assert.That(ReberGrammar.Draw(5, 5, 2).Train.Inputs.ToArray(), Is.EqualTo(ReberGrammar.Draw(5, 9, 2).Train.Inputs.ToArray()));
        Assert.That(AdditionTask.Draw(5, 5, 2).Train.Tokens.ToArray(), Is.EqualTo(AdditionTask.Draw(5, 9, 2).Train.Tokens.ToArray()));

        static void Same(DataPair one, DataPair longer, DataPair other)
        {
            Assert.That(Numbers(longer.Train.Take(5)), Is.EqualTo(Numbers(one.Train)));
            Assert.That(Numbers(longer.Test), Is.EqualTo(Numbers(one.Test.Take(3))));
            Assert.That(Numbers(other.Train), Is.Not.EqualTo(Numbers(one.Train)));
            Assert.That(Numbers(one.Test), Is.Not.EqualTo(Numbers(one.Train)));
        }

        static IEnumerable<float> Numbers(DataSet set) => [.. set.Inputs.ToArray(), .. set.Tokens.ToArray().Select(token => (float)token), .. set.Labels.ToArray().Select(label => (float)label), .. set.Targets.ToArray()];
    });

    private static (float[] Values, float[] Marks) Columns(ReadOnlySpan<float> item, int width) => (Column(item, width, 0), Column(item, width, 1));

    private static float[] Column(ReadOnlySpan<float> item, int width, int column) => [.. item.ToArray().Chunk(width).Select(step => step[column])];

    private static int[] Unpadded(ReadOnlySpan<int> tokens)
    {
        var end = tokens.IndexOf(Vocabulary.End);
        Assert.That(tokens[(end + 1)..].ToArray(), Is.All.EqualTo(Vocabulary.Pad));
        return tokens[..end].ToArray();
    }

    private static string Text(ReadOnlySpan<float> item, string symbols) =>
        string.Concat(item.ToArray().Chunk(symbols.Length + 1).Where(step => step[^1] == 1).Select(step => symbols[Array.IndexOf(step[..^1], 1)]));

    private static string Told(DataSet set, int row, string symbols = "SabT") => string.Join(' ', Text(set.Item(row), symbols).Zip(
        set.Target(row).ToArray().Chunk(symbols.Length), (symbol, legal) => $"{symbol}:{string.Concat(symbols.Where((_, at) => legal[at] == 1))}"));
}
