using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// Encoder and decoder with attention translate English into French, word by word. Its own sentences are those of a small grammar; with files it
/// learns from the short ones of Multi30k and is judged by those of its test part of 2016. The metric is BLEU with a beam of 5; that of greedy
/// writing is told too. Each source, its reference and both outputs are in <c>translations.txt</c>.
/// Sources: Luong, Pham and Manning (2015); Elliott et al. (2016), "Multi30K: Multilingual English-German image descriptions".
/// </summary>
public sealed class TranslateRecipe : Recipe
{
    private const int Width = 64;
    private const int Batch = 64;
    private const int OwnPairs = 6_000;
    private const int OwnTested = 500;
    private const int Rare = 4;
    private const int MostWords = 11;
    private const int Beam = 5;
    private const double LengthExponent = 0.7;
    private const float LearningRate = 4e-3f;

    /// <inheritdoc/>
    public override string Name => "translate";

    /// <inheritdoc/>
    public override string Chapter => "16.1.2";

    /// <inheritdoc/>
    public override string Title => "encoder and decoder with attention translate English into French";

    /// <inheritdoc/>
    public override string OwnData => "sentences of a small grammar in both languages";

    /// <inheritdoc/>
    public override string? DataFolder => "multi30k-en-fr";

    /// <inheritdoc/>
    public override string Metric => "BLEU";

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeSetting> Settings =>
    [
        new("attention", "none, general or additive; general by default"),
        new("reads", "the source forwards, backwards or both; both by default"),
        new("units", "units of the decoder, and of the encoder in each direction, 64 by default, 128 with files"),
        new("words", "most words of a sentence from files, 11 by default"),
    ];

    /// <inheritdoc/>
    public override int Epochs => 12;

    /// <inheritdoc/>
    public override int ShortEpochs => 3;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 0.25 : 0.98;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var isShort = context.Options.Short;
        var most = context.Files is null ? PhraseBook.Steps - 1 : context.Number("words", MostWords);
        var (train, test) = context.Files is { } folder
            ? (Short(ParallelCorpus.Load(folder, "train"), most), Short(ParallelCorpus.Load(folder, "test_2016_flickr"), most))
            : PhraseBook.Draw(isShort ? 300 : OwnPairs, isShort ? 20 : OwnTested, (ulong)context.Options.Seed);
        var atLeast = context.Files is null ? 1 : Rare;
        var (english, french) = (Vocabulary.Of(TextUnit.Words, train.Sources, atLeast), Vocabulary.Of(TextUnit.Words, train.Targets, atLeast));
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture, $"{train.Count:N0} pairs to learn from, {test.Count:N0} to be judged by; {english}, {french}"));
        var steps = Steps(most);
        var data = new DataPair(train.Encode(english, french, most + 1, steps), test.Encode(english, french, most + 1, steps));
        var units = isShort ? 32 : context.Number("units", context.Files is null ? 64 : 128);
        var model = new SequenceToSequence(
            english.Count, french.Count, isShort ? 16 : Width, units, steps,
            context.Choice("attention", DecoderAttention.General), context.Choice("reads", ReadingOrder.Both));
        var result = context.Fit(Writing.Trainer(context, model, data.Train.Count, Batch, LearningRate), data, Batch, Writing.ExactMatch);
        model.Save(context.Out("model.safetensors"));
        english.Save(context.Out("english.txt"));
        french.Save(context.Out("french.txt"));
        return result with { Value = Judge(context, model, data.Test, test, french) };
    }

    // French takes more words than English: "does not" alone is as long
    private static int Steps(int words) => words + words / 4 + 2;

    private static ParallelCorpus Short(ParallelCorpus all, int words)
    {
        int[] kept = [.. Enumerable.Range(0, all.Count).Where(row => Tokenizer.Words(all.Sources[row]).Count <= words && Tokenizer.Words(all.Targets[row]).Count < Steps(words))];
        return new ParallelCorpus([.. kept.Select(row => all.Sources[row])], [.. kept.Select(row => all.Targets[row])]);
    }

    private static double Judge(RecipeContext context, SequenceToSequence model, DataSet set, ParallelCorpus test, Vocabulary french)
    {
        var translator = new Translator(context.Device, model);
        var longest = set.LabelShape[0];
        var greedy = Pieces(new GreedyDecoder(longest));
        var beam = Pieces(new BeamDecoder(longest, Beam) { LengthExponent = LengthExponent });
        IReadOnlyList<string>[] references = [.. test.Targets.Select(Tokenizer.Words)];
        var (byGreed, byBeam) = (Bleu.Of(greedy, references), Bleu.Of(beam, references));
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture, $"BLEU {byGreed:0.0000} by greedy writing, {byBeam:0.0000} by a beam of {Beam}"));
        File.WriteAllLines(context.Out("translations.txt"), test.Sources.SelectMany((source, row) => new[]
        {
            $"source     {source}", $"reference  {test.Targets[row]}", $"greedy     {string.Join(' ', greedy[row])}", $"beam       {string.Join(' ', beam[row])}", "",
        }));
        return byBeam;

        IReadOnlyList<string>[] Pieces(Decoder decoder) => [.. translator.Translate(set, decoder).Select(text => french.Pieces(text.Tokens))];
    }
}
