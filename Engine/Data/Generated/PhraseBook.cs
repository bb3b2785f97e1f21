using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// English sentences of a small grammar with their French, word by word of a rule: "the white cat does not see a house." is "le chat blanc ne voit pas
/// de maison." A sentence is a noun, a verb, denied one time in three, a noun, and one time in three where it happens; a noun has an adjective half of
/// the time. French differs in order (most adjectives stand behind their noun), in agreement (articles and adjectives have the gender of the noun),
/// and in what it takes for a denial, before the verb and behind it. No sentence is in both parts. Sample i is a function of (seed, i) alone.
/// </summary>
public static class PhraseBook
{
    /// <summary>Most tokens of a sentence in either language, its end among them.</summary>
    public const int Steps = 14;

    private const ulong TestStream = 1UL << 32;

    private static readonly Noun[] nouns =
    [
        new("dog", "chien", Gender.Masculine), new("cat", "chat", Gender.Masculine), new("boy", "garçon", Gender.Masculine), new("king", "roi", Gender.Masculine),
        new("knight", "chevalier", Gender.Masculine), new("baker", "boulanger", Gender.Masculine), new("fish", "poisson", Gender.Masculine), new("garden", "jardin", Gender.Masculine),
        new("girl", "fille", Gender.Feminine), new("woman", "femme", Gender.Feminine), new("queen", "reine", Gender.Feminine), new("cow", "vache", Gender.Feminine),
        new("mouse", "souris", Gender.Feminine), new("house", "maison", Gender.Feminine), new("flower", "fleur", Gender.Feminine), new("car", "voiture", Gender.Feminine),
    ];

    private static readonly Adjective[] adjectives =
    [
        new("big", "grand", "grande", IsBefore: true), new("small", "petit", "petite", IsBefore: true), new("pretty", "joli", "jolie", IsBefore: true), new("red", "rouge", "rouge"),
        new("black", "noir", "noire"), new("green", "vert", "verte"), new("white", "blanc", "blanche"), new("grey", "gris", "grise"),
        new("heavy", "lourd", "lourde"), new("slow", "lent", "lente"),
    ];

    private static readonly (string Plain, string Third, string French)[] verbs =
        [("see", "sees", "voit"), ("want", "wants", "veut"), ("find", "finds", "trouve"), ("draw", "draws", "dessine"), ("carry", "carries", "porte"), ("follow", "follows", "suit"), ("sell", "sells", "vend"), ("hide", "hides", "cache")];

    private static readonly (string English, string French)[] places = [("behind", "derrière"), ("under", "sous"), ("with", "avec")];

    private enum Gender
    {
        Masculine,
        Feminine,
    }

    /// <summary>Draws a training and a test part.</summary>
    /// <param name="train">Training pairs.</param>
    /// <param name="test">Test pairs.</param>
    /// <param name="seed">Key of all random numbers, and of what is held out.</param>
    public static (ParallelCorpus Train, ParallelCorpus Test) Draw(int train = 10_000, int test = 1_000, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(train);
        ArgumentOutOfRangeException.ThrowIfNegative(test);
        var (key, held) = (Streams.Key(seed, "phrase book"), Streams.Key(seed, "phrase book, held out"));
        return (Part(train, 0, isTest: false), Part(test, TestStream, isTest: true));

        ParallelCorpus Part(int count, ulong firstItem, bool isTest)
        {
            var pairs = Enumerable.Range(0, count).Select(row =>
            {
                var random = new Philox(key, firstItem + (ulong)row);
                Choices choices;
                do
                    choices = Choices.Draw(ref random);
                while (HeldOut.Contains(held, choices.Numbers) != isTest);
                return Sentences(choices);
            }).ToArray();
            return new ParallelCorpus([.. pairs.Select(pair => pair.English)], [.. pairs.Select(pair => pair.French)]);
        }
    }

    private static (string English, string French) Sentences(Choices said)
    {
        var (english, french) = (new List<string>(), new List<string>());
        var verb = verbs[said.Verb];
        Add(said.Subject, isDenied: false);
        english.AddRange(said.IsDenied ? ["does", "not", verb.Plain] : [verb.Third]);
        french.AddRange(said.IsDenied ? ["ne", verb.French, "pas"] : [verb.French]);
        Add(said.Object, said.IsDenied);
        if (said.Place is { } place)
        {
            english.Add(places[place].English);
            french.Add(places[place].French);
            Add(said.Where, isDenied: false);
        }
        return ($"{string.Join(' ', english)}.", $"{string.Join(' ', french)}.");

        void Add(Phrase phrase, bool isDenied)
        {
            var (noun, adjective) = (nouns[phrase.Noun], phrase.Adjective is { } which ? adjectives[which] : null);
            string[] of = adjective is null ? [] : [adjective.English];
            english.AddRange([phrase.IsKnown ? "the" : "a", .. of, noun.English]);
            // what is denied is none at all: pas de
            french.Add((phrase.IsKnown, isDenied, noun.Gender) switch
            {
                (true, _, Gender.Masculine) => "le",
                (true, _, _) => "la",
                (false, true, _) => "de",
                (false, _, Gender.Masculine) => "un",
                _ => "une",
            });
            string[] agreed = adjective is null ? [] : [noun.Gender == Gender.Masculine ? adjective.Masculine : adjective.Feminine];
            french.AddRange(adjective is { IsBefore: true } ? [.. agreed, noun.French] : [noun.French, .. agreed]);
        }
    }

    private sealed record Noun(string English, string French, Gender Gender);

    private sealed record Adjective(string English, string Masculine, string Feminine, bool IsBefore = false);

    /// <summary>A noun with its article, and an adjective or none.</summary>
    private readonly record struct Phrase(bool IsKnown, int? Adjective, int Noun)
    {
        public static Phrase Draw(ref Philox random) =>
            new(random.NextInt(2) == 0, random.NextInt(2) == 0 ? random.NextInt(adjectives.Length) : null, random.NextInt(nouns.Length));

        public int[] Numbers => [IsKnown ? 1 : 0, Adjective ?? -1, Noun];
    }

    /// <summary>What a sentence says.</summary>
    private sealed record Choices(Phrase Subject, int Verb, bool IsDenied, Phrase Object, int? Place, Phrase Where)
    {
        private const int OneIn = 3;

        public static Choices Draw(ref Philox random)
        {
            var subject = Phrase.Draw(ref random);
            var (verb, isDenied) = (random.NextInt(verbs.Length), random.NextInt(OneIn) == 0);
            var what = Phrase.Draw(ref random);
            return random.NextInt(OneIn) > 0
                ? new(subject, verb, isDenied, what, null, default)
                : new(subject, verb, isDenied, what, random.NextInt(places.Length), Phrase.Draw(ref random) with { Adjective = null });
        }

        public int[] Numbers => [.. Subject.Numbers, Verb, IsDenied ? 1 : 0, .. Object.Numbers, Place ?? -1, .. Where.Numbers];
    }
}
