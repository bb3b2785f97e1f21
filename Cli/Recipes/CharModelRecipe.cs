using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// A long short-term memory reads text character by character and learns which comes next. It writes text of its own as <c>sample.txt</c>, at three
/// temperatures. Its own data is a grammar whose entropy is known, which no model can undercut; with files it reads all of Shakespeare's plays that
/// are in one text. The metric is the loss on text that it has not seen.
/// Source: Graves (2013), "Generating sequences with recurrent neural networks".
/// </summary>
public sealed class CharModelRecipe : Recipe
{
    private const int Batch = 64;
    private const int Steps = 100;
    private const int Width = 64;
    private const int Characters = 400_000;
    private const int Sampled = 600;
    private const float LearningRate = 4e-3f;
    private const double TrainedPart = 0.9;

    /// <inheritdoc/>
    public override string Name => "char-model";

    /// <inheritdoc/>
    public override string Chapter => "15.2.1";

    /// <inheritdoc/>
    public override string Title => "long short-term memory of 256 units writes text character by character";

    /// <inheritdoc/>
    public override string OwnData => "sentences of a small grammar";

    /// <inheritdoc/>
    public override string? DataFolder => "tiny-shakespeare";

    /// <inheritdoc/>
    public override string Metric => "nats a character";

    /// <inheritdoc/>
    public override bool LargerIsBetter => false;

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeSetting> Settings => [new("units", "units of the memory, 256 by default"), new("dropout", "per cent of the inputs and outputs of the memory that are dropped, 0 by default")];

    /// <inheritdoc/>
    public override int Epochs => 12;

    // The entropy of the grammar's text is 0.48.
    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 1.65 : 0.52;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var isShort = context.Options.Short;
        var (units, steps) = isShort ? (32, 20) : (context.Number("units", 256), Steps);
        var corpus = context.Files is { } folder ? TextCorpus.Load(Path.Combine(folder, "input.txt")) : Own(context, isShort ? 20_000 : Characters);
        var (train, test) = corpus.Split(TrainedPart);
        var model = new RecurrentLanguageModel(corpus.Vocabulary.Count, isShort ? 16 : Width, new Lstm(isShort ? 16 : Width, units), context.Number("dropout", 0) / 100f);
        var data = new DataPair(train.Windows(Batch, steps), test.Windows(Batch, steps));
        var perEpoch = (data.Train.Count + Batch - 1) / Batch;
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate) { ClipNorm = 1 })
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs * perEpoch) { Clock = ScheduleClock.Steps },
            EvaluationBatch = Batch,
            Warn = context.Progress.Say,
        };
        var result = context.Fit(trainer, data, Batch, "accuracy");
        model.Save(context.Out("model.safetensors"));
        corpus.Vocabulary.Save(context.Out("vocabulary.txt"));
        Sample(context, model, corpus.Vocabulary, isShort ? 40 : Sampled);
        return result with { Value = trainer.Evaluate(data.Test).Loss };
    }

    private static TextCorpus Own(RecipeContext context, int characters)
    {
        var (text, entropy) = GrammarText.Draw(characters, (ulong)context.Options.Seed);
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture, $"the entropy of the text is {entropy:0.0000} nats a character"));
        return new TextCorpus(text);
    }

    private static void Sample(RecipeContext context, RecurrentLanguageModel model, Vocabulary vocabulary, int length)
    {
        var next = model.Next(context.Device);
        using var file = new StreamWriter(context.Out("sample.txt"));
        foreach (var temperature in new[] { 0.5, 0.8, 1.0 })
        {
            var decoder = new SamplingDecoder(length, (ulong)context.Options.Seed) { Temperature = temperature, Start = vocabulary["\n"] };
            var written = decoder.Decode(next, new float[model.StateSize]);
            file.Write(string.Create(CultureInfo.InvariantCulture, $"--- temperature {temperature:0.0}\n{vocabulary.Decode(written.Tokens)}\n\n"));
        }
    }
}
