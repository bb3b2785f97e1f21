using System.Text.RegularExpressions;

namespace GpuNN;

/// <summary>
/// Cuts a text into words, in small letters, and punctuation marks, each a piece. A hyphen between letters stays inside its word
/// (<c>t-shirt</c>). An apostrophe between letters ends a part of one or two letters, as in French (<c>l' homme</c>, <c>qu' il</c>), and
/// begins the rest of a longer one, as in English (<c>dog 's</c>).
/// </summary>
public static partial class Tokenizer
{
    // in turn: an elided part with its apostrophe; a clitic with its own; a word or number; any other mark
    [GeneratedRegex(@"(?<![\p{L}\p{N}])\p{L}{1,2}'(?=\p{L})|(?<=\p{L})'\p{L}+|[\p{L}\p{N}\p{M}]+(?:-[\p{L}\p{N}\p{M}]+)*|\S")]
    private static partial Regex Piece();

    /// <summary>The words and marks of a text, in their order.</summary>
    public static IReadOnlyList<string> Words(string text) =>
        [.. Piece().Matches(text.ToLowerInvariant().Replace('’', '\'')).Select(match => match.Value)];
}
