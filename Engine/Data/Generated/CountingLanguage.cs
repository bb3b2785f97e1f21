namespace GpuNN;

/// <summary>
/// The languages a^n b^n and a^n b^n c^n, which a network can only know by counting. A string is S a..a b..b T: at each step the network
/// sees one symbol and says which symbols may come next. After S only an a may come; after an a, an a or a b; after the first b the
/// rest is certain. A string is right only if every step is: <see cref="BinarySequenceAccuracy"/>.
/// Shapes: items (steps, symbols + 1), the last number the mask; targets (steps, symbols), 1 for a legal next symbol, 0 for another,
/// -1 in padding, to be ignored. Symbols in their order: S, the letters, T. All strings are padded to that of the largest n.
/// Source: Gers and Schmidhuber (2001), "LSTM recurrent networks learn simple context-free and context-sensitive languages".
/// </summary>
public static class CountingLanguage
{
    /// <summary>The target in padding.</summary>
    public const float Ignored = -1;

    /// <summary>The strings to learn from, n = 1 .. trained, and those to judge by, n = trained + 1 .. tested; each once.</summary>
    /// <param name="letters">2 for a^n b^n, 3 for a^n b^n c^n.</param>
    /// <param name="trained">The largest n to learn from.</param>
    /// <param name="tested">The largest n to judge by.</param>
    public static DataPair Strings(int letters = 2, int trained = 10, int tested = 20)
    {
        if (letters is not (2 or 3))
            throw new ArgumentOutOfRangeException(nameof(letters), $"CountingLanguage: has 2 letters, a^n b^n, or 3, a^n b^n c^n, but got {letters}.\nTry 2.");
        ArgumentOutOfRangeException.ThrowIfLessThan(trained, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tested, trained);
        var steps = letters * tested + 1;
        return new(Part(1, trained), Part(trained + 1, tested));

        DataSet Part(int from, int to)
        {
            var strings = Enumerable.Range(from, to - from + 1).Select(n => Symbols(letters, n)).ToArray();
            var legal = Array.ConvertAll(strings, symbols => Enumerable.Range(0, symbols.Length - 1).Select(at => Next(symbols, at, letters)).ToArray());
            var inputs = Array.ConvertAll(strings, symbols => SymbolSteps.OneHot(symbols.AsSpan(..^1), letters + 2));
            return SymbolSteps.Set(inputs, legal, letters + 2, steps, Ignored);
        }
    }

    private static int[] Symbols(int letters, int n) => [0, .. Enumerable.Range(0, letters * n).Select(at => 1 + at / n), letters + 1];

    private static int[] Next(int[] symbols, int at, int letters) => symbols[at] == 1 ? [1, 2] : [symbols[at + 1]];
}
