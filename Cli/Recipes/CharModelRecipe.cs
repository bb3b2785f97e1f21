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
    public override string OwnData => Texts.Own;

    /// <inheritdoc/>
    public override string? DataFolder => Texts.Folder;

    /// <inheritdoc/>
    public override string Metric => "nats a character";

    /// <inheritdoc/>
    public override bool LargerIsBetter => false;

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeSetting> Settings => [new("units", "units of the memory, 256 by default"), new("dropout", "per cent of the inputs and outputs of the memory that are dropped, 0 by default")];

    /// <inheritdoc/>
    public override int Epochs => 12;

    // The entropy of the grammar's text is 0.304.
    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 1.65 : 0.36;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var isShort = context.Options.Short;
        var (units, steps) = isShort ? (32, 20) : (context.Number("units", 256), Steps);
        var corpus = Texts.Of(context);
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
        Texts.Sample(context, model.Next(context.Device), new float[model.StateSize], corpus.Vocabulary, isShort ? 40 : Sampled);
        return result with { Value = trainer.Evaluate(data.Test).Loss };
    }
}
