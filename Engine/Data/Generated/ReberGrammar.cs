using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// The embedded Reber grammar: B, then T or P, then a string of the inner grammar, then the same T or P again, then E. Five states of
/// the inner one leave a choice of two ways, so that its length varies and the last symbol but one is known only to who remembers the
/// second. At each step the network sees one symbol and says which may come next.
/// Shapes: items (longest - 1, 8), the last number the mask; targets (longest - 1, 7), 1 for a legal next symbol, 0 for another, -1 in
/// padding, to be ignored. Symbols in their order: B T P S X V E.
/// Source: Reber (1967), "Implicit learning of artificial grammars"; embedded: Fahlman (1991), "The recurrent cascade-correlation
/// architecture"; Hochreiter and Schmidhuber (1997), "Long short-term memory".
/// </summary>
public static class ReberGrammar
{
    /// <summary>The symbols, in the order of their numbers.</summary>
    public const string Symbols = "BTPSXVE";

    /// <summary>The target in padding.</summary>
    public const float Ignored = -1;

    private const int Shortest = 9;

    // from each state of the inner grammar: the symbols that may come, and the states that they lead to
    private static readonly (string Symbols, int[] To)[] inner =
    [
        ("B", [1]), ("TP", [2, 3]), ("SX", [2, 4]), ("TV", [3, 5]), ("XS", [3, 6]), ("PV", [4, 6]), ("E", [7]),
    ];

    /// <summary>Draws strings, all different, none of them in both parts; each choice falls either way with probability 1/2.</summary>
    /// <param name="train">Training strings.</param>
    /// <param name="test">Test strings.</param>
    /// <param name="seed">Key of all random numbers.</param>
    /// <param name="longest">Longer strings are drawn again; 9 or more.</param>
    public static DataPair Draw(int train = 256, int test = 256, ulong seed = 0, int longest = 40)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(train);
        ArgumentOutOfRangeException.ThrowIfNegative(test);
        var strings = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var key = Streams.Key(seed, "reber");
        for (ulong stream = 0; strings.Count < train + test; stream++)
        {
            var drawn = One(new Philox(key, stream));
            if (drawn.Length <= longest && seen.Add(drawn))
                strings.Add(drawn);
            if (stream > 1000UL * (ulong)(train + test))
                throw new ArgumentOutOfRangeException(nameof(longest), $"ReberGrammar: needs {train + test} different strings of at most {longest} symbols, but found {strings.Count}.\nAllow longer strings (the shortest have {Shortest}), or ask for fewer.");
        }
        return new(Part(strings[..train], longest), Part(strings[train..], longest));
    }

    /// <summary>The symbols that may follow the first ones of a string.</summary>
    /// <param name="begun">The beginning of a string of the grammar, or all of it.</param>
    /// <exception cref="ArgumentException">No string of the grammar begins so.</exception>
    public static string Next(string begun)
    {
        if (begun.Length < 2)
            return begun switch { "" => "B", "B" => "TP", _ => throw Illegal(begun, 0) };
        if (begun[0] != 'B' || begun[1] is not ('T' or 'P'))
            throw Illegal(begun, begun[0] == 'B' ? 1 : 0);
        var state = 0;
        for (var at = 2; at < begun.Length; at++)
        {
            var way = Allowed(state, begun[1]).IndexOf(begun[at], StringComparison.Ordinal);
            if (way < 0)
                throw Illegal(begun, at);
            state = state < inner.Length ? inner[state].To[way] : state + 1;
        }
        return Allowed(state, begun[1]);
    }

    private static string Allowed(int state, char second) =>
        state < inner.Length ? inner[state].Symbols : state == inner.Length ? second.ToString() : state == inner.Length + 1 ? "E" : "";

    private static ArgumentException Illegal(string begun, int at) => new(
        $"ReberGrammar: no string begins with {begun}: number {at} cannot be {begun[at]}.\nA string is BT, an inner string and TE, or BP, an inner string and PE.", nameof(begun));

    private static string One(Philox random)
    {
        var second = "TP"[random.NextInt(2)];
        var drawn = $"B{second}";
        for (var state = 0; state < inner.Length;)
        {
            var (symbols, to) = inner[state];
            var way = random.NextInt(symbols.Length);
            drawn += symbols[way];
            state = to[way];
        }
        return $"{drawn}{second}E";
    }

    private static DataSet Part(List<string> strings, int longest)
    {
        var inputs = strings.Select(text => SymbolSteps.OneHot([.. Numbers(text[..^1])], Symbols.Length)).ToArray();
        var legal = strings.Select(text => Enumerable.Range(1, text.Length - 1).Select(length => Numbers(Next(text[..length])).ToArray()).ToArray()).ToArray();
        return SymbolSteps.Set(inputs, legal, Symbols.Length, longest - 1, Ignored);

        static IEnumerable<int> Numbers(string text) => text.Select(symbol => Symbols.IndexOf(symbol, StringComparison.Ordinal));
    }
}
