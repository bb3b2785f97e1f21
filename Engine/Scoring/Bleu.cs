namespace GpuNN;

/// <summary>
/// How alike translations and their references are: the geometric mean of the clipped precisions of n-grams, n = 1 .. 4, over the whole
/// corpus, times the brevity penalty min(1, exp(1 - r / c)), with c the length of all candidates and r that of the references, for
/// each candidate the one nearest in length. 0 where not one n-gram of some order is found.
/// Units: 0 to 1; papers often print it times 100. Scores compare only where the words were cut in the same way.
/// Source: Papineni et al. (2002), "BLEU: a method for automatic evaluation of machine translation".
/// </summary>
public static class Bleu
{
    private const int Orders = 4;

    /// <summary>Scores candidates against one reference each.</summary>
    /// <param name="candidates">The words of each translation.</param>
    /// <param name="references">The words of what each should be.</param>
    public static double Of(IReadOnlyList<IReadOnlyList<string>> candidates, IReadOnlyList<IReadOnlyList<string>> references) =>
        Of(candidates, [.. references.Select(IReadOnlyList<IReadOnlyList<string>> (reference) => [reference])]);

    /// <summary>Scores candidates against several references each.</summary>
    /// <param name="candidates">The words of each translation.</param>
    /// <param name="references">For each candidate, the words of every translation that is right.</param>
    public static double Of(IReadOnlyList<IReadOnlyList<string>> candidates, IReadOnlyList<IReadOnlyList<IReadOnlyList<string>>> references)
    {
        if (candidates.Count != references.Count || references.Any(several => several.Count == 0))
            throw new ArgumentException($"Bleu: needs at least one reference for each candidate, but got {candidates.Count} candidates, and references for {references.Count(several => several.Count > 0)}.\nPass them in the same order.", nameof(references));
        Span<long> matches = stackalloc long[Orders], totals = stackalloc long[Orders];
        long length = 0, wanted = 0;
        for (var row = 0; row < candidates.Count; row++)
        {
            var candidate = candidates[row];
            length += candidate.Count;
            wanted += references[row].Select(reference => reference.Count).OrderBy(count => Math.Abs(count - candidate.Count)).ThenBy(count => count).First();
            for (var order = 1; order <= Orders; order++)
            {
                totals[order - 1] += Math.Max(0, candidate.Count - order + 1);
                matches[order - 1] += Matches(candidate, references[row], order);
            }
        }
        var sum = 0.0;
        for (var order = 0; order < Orders; order++)
        {
            if (matches[order] == 0)
                return 0;
            sum += Math.Log((double)matches[order] / totals[order]);
        }
        return Math.Exp(sum / Orders + Math.Min(0, 1 - (double)wanted / length));
    }

    // an n-gram counts as often as it stands in the candidate, but no more often than in the reference that has most of it
    private static long Matches(IReadOnlyList<string> candidate, IReadOnlyList<IReadOnlyList<string>> references, int order)
    {
        var counts = references.Select(reference => Grams(reference, order)).ToArray();
        return Grams(candidate, order).Sum(gram => (long)Math.Min(gram.Value, counts.Max(count => count.GetValueOrDefault(gram.Key))));
    }

    private static Dictionary<string, int> Grams(IReadOnlyList<string> words, int order)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var at = 0; at + order <= words.Count; at++)
        {
            // no word holds a space
            var gram = string.Join(' ', words.Skip(at).Take(order));
            counts[gram] = counts.GetValueOrDefault(gram) + 1;
        }
        return counts;
    }
}
