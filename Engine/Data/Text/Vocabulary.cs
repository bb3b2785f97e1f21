using System.Globalization;
using System.Text;

namespace GpuNN;

/// <summary>
/// Which number stands for which piece of text: characters, or words as <see cref="Tokenizer"/> cuts them. The first four numbers
/// are always padding, start, end and unknown, so that a loss can ignore <see cref="Pad"/> and a decoder knows where to stop; the others
/// go to the pieces, the most frequent first, equal ones in the order of their code points.
/// </summary>
public sealed class Vocabulary
{
    /// <summary>Fills a sequence up to the length of its batch.</summary>
    public const int Pad = 0;

    /// <summary>Comes before the first token of an output.</summary>
    public const int Start = 1;

    /// <summary>Comes after the last token.</summary>
    public const int End = 2;

    /// <summary>Stands for a piece that the vocabulary does not have.</summary>
    public const int Unknown = 3;

    /// <summary>How many numbers come before those of the pieces.</summary>
    public const int Specials = 4;

    private const string Header = "GpuNN vocabulary of ";

    private static readonly string[] specials = ["<pad>", "<start>", "<end>", "<unknown>"];

    private readonly string[] pieces;
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);

    /// <summary>A vocabulary of given pieces, in their order.</summary>
    /// <param name="unit">What a piece is.</param>
    /// <param name="pieces">The pieces, without the special ones; each once.</param>
    public Vocabulary(TextUnit unit, IEnumerable<string> pieces)
    {
        Unit = unit;
        this.pieces = [.. specials, .. pieces];
        for (var id = 0; id < this.pieces.Length; id++)
            if (this.pieces[id].Length == 0 || !ids.TryAdd(this.pieces[id], id))
                throw new ArgumentException($"Vocabulary: needs pieces that are not empty and all different, but number {id} is '{this.pieces[id]}'" +
                    (this.pieces[id].Length == 0 ? "." : $", as is number {ids[this.pieces[id]]}.") + "\nPass each piece once, without the special ones.", nameof(pieces));
    }

    /// <summary>What a piece is.</summary>
    public TextUnit Unit { get; }

    /// <summary>Number of tokens, the special ones among them: the classes of a model that predicts them.</summary>
    public int Count => pieces.Length;

    /// <summary>The number of a piece; <see cref="Unknown"/> where it has none.</summary>
    public int this[string piece] => ids.GetValueOrDefault(piece, Unknown);

    /// <summary>The piece of a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such number.</exception>
    public string this[int id] => (uint)id < (uint)pieces.Length
        ? pieces[id]
        : throw new ArgumentOutOfRangeException(nameof(id), $"Vocabulary: tokens are 0 to {Count - 1}, but got {id}.\nDecode with the vocabulary that the text was encoded with.");

    /// <summary>The pieces of some texts.</summary>
    /// <param name="unit">What a piece is.</param>
    /// <param name="texts">The texts: those to train on, so that what is unknown in use is unknown in training.</param>
    /// <param name="atLeast">Rarer pieces are unknown.</param>
    /// <param name="most">How many pieces it keeps at most, the special ones not counted.</param>
    public static Vocabulary Of(TextUnit unit, IEnumerable<string> texts, int atLeast = 1, int most = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in texts)
            foreach (var piece in Cut(unit, text))
                counts[piece] = counts.GetValueOrDefault(piece) + 1;
        return new Vocabulary(unit, counts.Where(pair => pair.Value >= atLeast)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key).Take(most));
    }

    /// <summary>The tokens of a text, without start and end.</summary>
    public int[] Encode(string text) => [.. Cut(Unit, text).Select(piece => this[piece])];

    /// <summary>The pieces of tokens up to the first <see cref="End"/>, without padding and start.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A token is out of range.</exception>
    public string[] Pieces(ReadOnlySpan<int> tokens)
    {
        var kept = new List<string>(tokens.Length);
        foreach (var token in tokens)
        {
            if (token == End)
                break;
            if (token is not (Pad or Start))
                kept.Add(this[token]);
        }
        return [.. kept];
    }

    /// <summary>The text of tokens up to the first <see cref="End"/>: characters side by side, words with a space between them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A token is out of range.</exception>
    public string Decode(ReadOnlySpan<int> tokens) => string.Join(Unit == TextUnit.Characters ? "" : " ", Pieces(tokens));

    /// <summary>Writes it to a text file, a piece a line.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public void Save(string path)
    {
        var text = new StringBuilder(Header).Append(Unit.ToString().ToLowerInvariant()).Append('\n');
        foreach (var piece in pieces.AsSpan(Specials))
            text.Append(Escaped(piece)).Append('\n');
        AtomicFile.WriteText(path, text.ToString());
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file is none of these.</exception>
    public static Vocabulary Load(string path)
    {
        var lines = File.ReadAllText(path).Split('\n');
        if (!lines[0].StartsWith(Header, StringComparison.Ordinal) || !Enum.TryParse<TextUnit>(lines[0][Header.Length..], ignoreCase: true, out var unit) || lines[^1].Length > 0)
            throw new InvalidDataException($"Vocabulary: {path} must begin with '{Header}characters' or '{Header}words' and end with a line end, but begins with '{lines[0]}'.\nWrite it with Vocabulary.Save, and copy it as it is.");
        try
        {
            return new Vocabulary(unit, lines[1..^1].Select(Plain));
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count:N0} tokens of {Unit.ToString().ToLowerInvariant()}");

    private static IEnumerable<string> Cut(TextUnit unit, string text) =>
        unit == TextUnit.Words ? Tokenizer.Words(text) : text.EnumerateRunes().Select(rune => rune.ToString());

    // a piece may be a line end, and must not end its line
    private static string Escaped(string piece) =>
        piece.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);

    private static string Plain(string line)
    {
        var plain = new StringBuilder(line.Length);
        for (var at = 0; at < line.Length; at++)
        {
            var escaped = line[at] == '\\' && at + 1 < line.Length;
            at += escaped ? 1 : 0;
            plain.Append(escaped && line[at] == 'n' ? '\n' : escaped && line[at] == 'r' ? '\r' : line[at]);
        }
        return plain.ToString();
    }
}

/// <summary>What a piece of text is.</summary>
public enum TextUnit
{
    /// <summary>One character: a Unicode code point.</summary>
    Characters,

    /// <summary>A word or a punctuation mark, in small letters.</summary>
    Words,
}
