using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// Encoder and decoder of long short-term memory write sequences of 1 to 10 digits backwards. The metric is the share of 1,000 new ones without a
/// mistake. It then tries longer sequences than any that it learned from, and says how many of them, and of their symbols, are right; with attention
/// also how often a step looks at the symbol that it has to write, which <c>attention.png</c> shows for one.
/// Sources: Cho et al. (2014); Sutskever, Vinyals and Le (2014).
/// </summary>
public sealed class ReversalRecipe : Recipe
{
    private const int Longest = 10;
    private const int ShortLongest = 4;
    private const int Width = 32;
    private const int Batch = 50;
    private const int Sequences = 20_000;
    private const int Tested = 1_000;
    private const float LearningRate = 5e-3f;

    /// <inheritdoc/>
    public override string Name => "reversal";

    /// <inheritdoc/>
    public override string Chapter => "16.1.1";

    /// <inheritdoc/>
    public override string Title => "encoder and decoder write sequences backwards";

    /// <inheritdoc/>
    public override string OwnData => "sequences of 1 to 10 digits";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "exact match";

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeSetting> Settings =>
    [
        new("attention", "none, general, additive or location; none by default"),
        new("reads", "the source forwards, backwards or both; forwards by default"),
        new("units", "units of encoder and decoder, 96 by default"),
        new("symbols", "different symbols, 10 by default"),
        new("test", "length of the longer sequences that it tries, 20 by default"),
    ];

    /// <inheritdoc/>
    public override int Epochs => 20;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.99;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var (isShort, seed, symbols) = (context.Options.Short, (ulong)context.Options.Seed, context.Number("symbols", 10));
        var (units, longer) = (isShort ? 24 : context.Number("units", 96), context.Number("test", 2 * Longest));
        var data = isShort ? ReversalTask.Draw(800, 100, seed, symbols, longest: ShortLongest) : ReversalTask.Draw(Sequences, Tested, seed, symbols, longest: Longest);
        var model = new SequenceToSequence(
            data.Train.Vocabulary, data.Train.Classes, Width, units, data.Train.LabelShape[0],
            context.Choice("attention", DecoderAttention.None), context.Choice("reads", ReadingOrder.Forwards));
        var trainer = Writing.Trainer(context, model, data.Train.Count, Batch, LearningRate);
        var result = context.Fit(trainer, data, Batch, Writing.ExactMatch);
        model.Save(context.Out("model.safetensors"));
        Try(context, model, ReversalTask.Draw(0, isShort ? 50 : Tested, seed, symbols, longer, longer).Test, longer);
        return result;
    }

    private static void Try(RecipeContext context, SequenceToSequence model, DataSet longer, int length)
    {
        var written = new Translator(context.Device, model).Translate(longer, new GreedyDecoder(length + 1));
        var (exact, symbols) = (0, 0);
        for (var row = 0; row < longer.Count; row++)
        {
            var wanted = Writing.UpToEnd(longer.LabelsOf(row));
            var common = wanted.CommonPrefixLength(written[row].Tokens);
            exact += common == length && written[row].Tokens.Length == length ? 1 : 0;
            for (var at = 0; at < Math.Min(length, written[row].Tokens.Length); at++)
                symbols += wanted[at] == written[row].Tokens[at] ? 1 : 0;
        }
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture,
            $"of length {length}: exact match {(double)exact / longer.Count:0.0000}, symbols right {(double)symbols / longer.Count / length:0.0000}"));
        if (model.Attends)
            Look(context, model, longer, length);
    }

    // step t has to write symbol length - 1 - t of the source
    private static void Look(RecipeContext context, SequenceToSequence model, DataSet longer, int length)
    {
        var read = length + 1;
        var weights = context.Device.Compile(graph => model.Alignment(graph.Input("source"), length), training: false, name: "alignment")
            .Run(Feed.Of("source", longer.Tokens, [longer.Count, read]))[0].ToArray();
        var rows = weights.Chunk(read).ToArray();
        var aligned = rows.Where((row, at) => Array.IndexOf(row, row.Max()) == length - 1 - at % length).Count();
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture, $"on the anti-diagonal: {(double)aligned / rows.Length:0.0000} of the steps"));
        string[] symbols = [.. Writing.UpToEnd(longer.TokensOf(0)).ToArray().Select(token => (token - Vocabulary.Specials).ToString(CultureInfo.InvariantCulture))];
        AttentionMap.Write(context.Out("attention.png"), ["where each step looks"], [weights[..(length * read)]], [.. symbols.Reverse()], [.. symbols, "end"]);
    }
}
