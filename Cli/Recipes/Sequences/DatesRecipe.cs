namespace GpuNN.Cli;

/// <summary>
/// Encoder and decoder with additive attention read a date, written in one of six ways, and write it as 1998-05-09. The metric is the share of
/// 1,000 days of the test part without a mistake. Where each step looks is in <c>attention.png</c>: the months and years are found wherever they stand.
/// Source: Bahdanau, Cho and Bengio (2015), "Neural machine translation by jointly learning to align and translate".
/// </summary>
public sealed class DatesRecipe : Recipe
{
    private const int Width = 32;
    private const int Batch = 50;
    private const int Days = 10_000;
    private const int Tested = 1_000;
    private const float LearningRate = 5e-3f;

    /// <inheritdoc/>
    public override string Name => "dates";

    /// <inheritdoc/>
    public override string Chapter => "15.5.1";

    /// <inheritdoc/>
    public override string Title => "encoder and decoder with attention read dates";

    /// <inheritdoc/>
    public override string OwnData => "days of 1950 to 2050 in six forms";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "exact match";

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeSetting> Settings =>
    [
        new("attention", "none, general or additive; additive by default"),
        new("reads", "the source forwards, backwards or both; both by default"),
        new("units", "units of the decoder, and of the encoder in each direction, 64 by default"),
    ];

    /// <inheritdoc/>
    public override int Epochs => 12;

    /// <inheritdoc/>
    public override int ShortEpochs => 3;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.98;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var isShort = context.Options.Short;
        var data = DatesTask.Draw(isShort ? 200 : Days, isShort ? 50 : Tested, (ulong)context.Options.Seed);
        var model = new SequenceToSequence(
            DatesTask.Source.Count, DatesTask.Target.Count, isShort ? 16 : Width, isShort ? 16 : context.Number("units", 64), DatesTask.TargetSteps,
            context.Choice("attention", DecoderAttention.Additive), context.Choice("reads", ReadingOrder.Both));
        var result = context.Fit(Writing.Trainer(context, model, data.Train.Count, Batch, LearningRate), data, Batch, Writing.ExactMatch);
        model.Save(context.Out("model.safetensors"));
        if (model.Attends)
            Draw(context, model, data.Test);
        return result;
    }

    private static void Draw(RecipeContext context, SequenceToSequence model, DataSet test)
    {
        var longest = Enumerable.Range(0, test.Count).MaxBy(row => Writing.UpToEnd(test.TokensOf(row)).Length);
        var weights = Writing.Alignment(context, model, test.TokensOf(longest), DatesTask.TargetSteps);
        AttentionMap.Write(
            context.Out("attention.png"), ["where each step looks"], [weights],
            [.. DatesTask.Target.Pieces(test.LabelsOf(longest)), "end"], [.. DatesTask.Source.Pieces(test.TokensOf(longest)), "end"]);
    }
}
