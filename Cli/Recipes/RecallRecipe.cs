namespace GpuNN.Cli;

/// <summary>
/// Recall by association: up to six pairs of a letter and a digit, then a letter again; a small transformer answers with its digit. Two
/// blocks are needed: one brings each letter to the digit behind it, the next looks up the letter that is asked for. Where the heads of
/// both look, for one sequence of the test part, is in <c>attention.png</c>.
/// </summary>
public sealed class RecallRecipe : Recipe
{
    private const int Pairs = 6;
    private const int Keys = 10;
    private const int Values = 10;
    private const int Depth = 2;
    private const int Width = 64;
    private const int Heads = 2;
    private const int Batch = 100;
    private const int TrainingSequences = 20_000;
    private const int FewSequences = 2_000;
    private const int TestSequences = 2_000;
    private const float LearningRate = 1e-3f;

    /// <inheritdoc/>
    public override string Name => "recall";

    /// <inheritdoc/>
    public override string Chapter => "10";

    /// <inheritdoc/>
    public override string Title => "associative recall of 1 to 6 pairs by a transformer of two blocks";

    /// <inheritdoc/>
    public override string OwnData => $"{TrainingSequences} drawn sequences of 10 letters and 10 digits";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "accuracy";

    /// <inheritdoc/>
    public override int Epochs => 10;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.99;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var count = context.Options.Short ? FewSequences : TrainingSequences;
        var sequences = AssociativeRecall.Draw(count, TestSequences, (ulong)context.Options.Seed, Pairs, Keys, Values);
        var model = new TransformerClassifier(sequences.Train.Vocabulary, sequences.Train.ItemShape[0], Values, Depth, Width, Heads);
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs * ((count + Batch - 1) / Batch)) { Clock = ScheduleClock.Steps },
            Warn = context.Progress.Say,
        };
        var result = context.Fit(trainer, sequences, Batch, Metric);
        model.Save(context.Out("model.safetensors"));
        Draw(context, model, sequences.Test);
        return result;
    }

    // The first test sequence without padding has all pairs.
    private static void Draw(RecipeContext context, TransformerClassifier model, DataSet test)
    {
        var steps = test.ItemShape[0];
        var row = Math.Max(0, Enumerable.Range(0, test.Count).ToList().FindIndex(row => test.TokensOf(row)[0] != 0));
        var tokens = test.TokensOf(row).ToArray();
        string[] names = [.. tokens.Select(token => token == 0 ? "" : token <= Keys ? $"{(char)('a' + token - 1)}" : $"{token - 1 - Keys}")];
        var looks = context.Device.Compile(graph => model.Weights(graph.Labels("input", [1, steps])), training: false, name: "attention").Run(Feed.Of("input", tokens, [1, steps]));
        var (titles, maps) = (new List<string>(), new List<float[]>());
        for (var block = 0; block < Depth; block++)
        {
            maps.AddRange(looks[block].ToArray().Chunk(steps * steps));
            titles.AddRange(Enumerable.Range(1, Heads).Select(head => $"block {block + 1}, head {head}"));
        }
        AttentionMap.Write(context.Out("attention.png"), titles, maps, names, names);
    }
}
