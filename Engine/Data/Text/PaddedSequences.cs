namespace GpuNN;

/// <summary>
/// Sequences of unequal length as one batch: each is filled up behind its end. Tokens are filled with <see cref="Vocabulary.Pad"/>; steps
/// of numbers get one more number, the mask, which is 1 in a real step and 0 in a filled one, whose other numbers are 0.
/// Shapes: tokens (count, steps); numbers (count, steps, features + 1); labels (count, steps).
/// </summary>
public static class PaddedSequences
{
    /// <summary>Sequences of tokens.</summary>
    /// <param name="sequences">The tokens of each.</param>
    /// <param name="steps">The length of all; that of the longest by default.</param>
    /// <param name="fill">What stands behind the end: <see cref="Vocabulary.Pad"/>, or for labels what the loss ignores.</param>
    /// <exception cref="ArgumentException">A sequence is longer than that.</exception>
    public static int[] OfTokens(IReadOnlyList<int[]> sequences, int? steps = null, int fill = Vocabulary.Pad)
    {
        var length = steps ?? (sequences.Count == 0 ? 0 : sequences.Max(sequence => sequence.Length));
        var padded = new int[(long)sequences.Count * length];
        Array.Fill(padded, fill);
        for (var row = 0; row < sequences.Count; row++)
        {
            CheckLength(row, sequences[row].Length, length);
            sequences[row].CopyTo(padded, row * length);
        }
        return padded;
    }

    /// <summary>Sequences of numbers, each step with its mask as the last number.</summary>
    /// <param name="sequences">The numbers of each, one step after the other.</param>
    /// <param name="features">Numbers of a step.</param>
    /// <param name="steps">The length of all; that of the longest by default.</param>
    /// <exception cref="ArgumentException">A sequence is longer than that, or has no whole steps.</exception>
    public static float[] WithMask(IReadOnlyList<float[]> sequences, int features, int? steps = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        var length = steps ?? (sequences.Count == 0 ? 0 : sequences.Max(sequence => sequence.Length) / features);
        var padded = new float[(long)sequences.Count * length * (features + 1)];
        for (var row = 0; row < sequences.Count; row++)
        {
            var own = StepsOf(sequences, row, features, length);
            for (var step = 0; step < own; step++)
            {
                var to = padded.AsSpan((row * length + step) * (features + 1), features + 1);
                sequences[row].AsSpan(step * features, features).CopyTo(to);
                to[features] = 1;
            }
        }
        return padded;
    }

    /// <summary>Targets of sequences of numbers, without a mask: filled up with a number that the loss ignores.</summary>
    /// <param name="sequences">The numbers of each, one step after the other.</param>
    /// <param name="features">Numbers of a step.</param>
    /// <param name="steps">The length of all.</param>
    /// <param name="fill">What stands behind the end.</param>
    /// <exception cref="ArgumentException">A sequence is longer than that, or has no whole steps.</exception>
    public static float[] Targets(IReadOnlyList<float[]> sequences, int features, int steps, float fill = -1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        var padded = new float[(long)sequences.Count * steps * features];
        Array.Fill(padded, fill);
        for (var row = 0; row < sequences.Count; row++)
        {
            StepsOf(sequences, row, features, steps);
            sequences[row].CopyTo(padded, row * steps * features);
        }
        return padded;
    }

    private static int StepsOf(IReadOnlyList<float[]> sequences, int row, int features, int steps)
    {
        var numbers = sequences[row].Length;
        if (numbers % features != 0)
            throw new ArgumentException($"PaddedSequences: needs whole steps of {features} numbers, but sequence {row} has {numbers} numbers.\nPass the features of one step without the mask.", nameof(sequences));
        CheckLength(row, numbers / features, steps);
        return numbers / features;
    }

    private static void CheckLength(int row, int length, int steps)
    {
        if (length > steps)
            throw new ArgumentException($"PaddedSequences: needs sequences of at most {steps} steps, but sequence {row} has {length}.\nRaise the number of steps, or leave out or cut longer sequences.", nameof(length));
    }
}
