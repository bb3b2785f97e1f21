using System.Text;
using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Sentences of a small grammar, drawn one after the other: [adjective] noun verb [adjective] noun [preposition noun]. Every choice is drawn evenly
/// and leaves its trace in the text, so that the text's entropy is known: no model can predict it better.
/// </summary>
public static class GrammarText
{
    private static readonly string[] adjectives = ["old", "young", "quiet", "proud", "lonely", "clever", "tired", "brave"];
    private static readonly string[] nouns = ["king", "queen", "miller", "sailor", "baker", "shepherd", "painter", "judge", "dragon", "owl", "horse", "wolf"];
    private static readonly string[] verbs = ["greets", "follows", "forgets", "teaches", "paints", "fears", "helps", "finds"];
    private static readonly string[] prepositions = ["near", "behind", "without", "before"];

    /// <summary>A text of at least so many characters, whole sentences.</summary>
    /// <param name="characters">Its length.</param>
    /// <param name="seed">Key of all random numbers.</param>
    /// <returns>The text, and its entropy. Units: nats a character.</returns>
    public static (string Text, double Entropy) Draw(int characters, ulong seed = 0)
    {
        var random = new Philox(Streams.Key(seed, "grammar"));
        var text = new StringBuilder(characters + 100);
        var nats = 0.0;
        while (text.Length < characters)
        {
            Noun();
            text.Append(' ').Append(Of(verbs)).Append(' ');
            Noun();
            if (Coin())
            {
                text.Append(' ').Append(Of(prepositions)).Append(" the ").Append(Of(nouns));
            }
            text.Append(".\n");
        }
        return (text.ToString(), nats / text.Length);

        void Noun()
        {
            text.Append("the ");
            if (Coin())
                text.Append(Of(adjectives)).Append(' ');
            text.Append(Of(nouns));
        }

        bool Coin() => Choice(2) == 1;

        string Of(string[] words) => words[Choice(words.Length)];

        int Choice(int count)
        {
            nats += Math.Log(count);
            return random.NextInt(count);
        }
    }
}
