namespace GpuNN.Cli;

/// <summary>
/// A small transformer reads text character by character and learns which comes next, seeing the last 64. It writes text of its own as
/// <c>sample.txt</c>. Its own data is a grammar whose entropy is known, which no model can undercut; with files it reads Shakespeare's plays. The
/// metric is the loss on text that it has not seen.
/// Source: Radford et al. (2018), "Improving language understanding by generative pre-training".
/// </summary>
public sealed class TransformerTextRecipe : Recipe
{
    private const int Batch = 64;
    private const int Steps = 64;
    private const int Width = 96;
    private const int Depth = 3;
    private const int Heads = 4;
    private const int PartOfWarmUp = 20;
    private const int Sampled = 400;
    private const float LearningRate = 3e-3f;
    private const double TrainedPart = 0.9;

    /// <inheritdoc/>
    public override string Name => "transformer-text";

    /// <inheritdoc/>
    public override string Chapter => "10";

    /// <inheritdoc/>
    public override string Title => "transformer of 3 blocks, 96 wide, writes text character by character";

    /// <inheritdoc/>
    public override string OwnData => Texts.Own;

    /// <inheritdoc/>
    public override string? DataFolder => Texts.Folder;

    /// <inheritdoc/>
    public override string Metric => "nats a character";

    /// <inheritdoc/>
    public override bool LargerIsBetter => false;

    /// <inheritdoc/>
    public override int Epochs => 10;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 1.8 : 0.36;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var isShort = context.Options.Short;
        var corpus = Texts.Of(context);
        var (train, test) = corpus.Split(TrainedPart);
        var model = isShort
            ? new TransformerLanguageModel(corpus.Vocabulary.Count, 16, depth: 1, width: 16, heads: 2)
            : new TransformerLanguageModel(corpus.Vocabulary.Count, Steps, Depth, Width, Heads);
        var data = new DataPair(train.Windows(Batch, model.Steps), test.Windows(Batch, model.Steps));
        var steps = context.Options.Epochs * ((data.Train.Count + Batch - 1) / Batch);
        var warmUp = Math.Max(1, steps / PartOfWarmUp);
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new AdamW(LearningRate) { ClipNorm = 1 })
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new WarmUp(warmUp, new CosineSchedule(Math.Max(1, steps - warmUp))) { Clock = ScheduleClock.Steps },
            EvaluationBatch = Batch,
            Warn = context.Progress.Say,
        };
        var result = context.Fit(trainer, data, Batch, "accuracy");
        model.Save(context.Out("model.safetensors"));
        corpus.Vocabulary.Save(context.Out("vocabulary.txt"));
        Texts.Sample(context, model.Next(context.Device), [], corpus.Vocabulary, isShort ? 20 : Sampled);
        return result with { Value = trainer.Evaluate(data.Test).Loss };
    }
}
