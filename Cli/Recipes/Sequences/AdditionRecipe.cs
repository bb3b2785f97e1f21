namespace GpuNN.Cli;

/// <summary>
/// Encoder and decoder of long short-term memory read a sum, such as 12+345, backwards, and write what it comes to. The metric is the share of
/// sums of the test part without a mistake; no sum of it was in training, not even with its numbers swapped.
/// Sources: Sutskever, Vinyals and Le (2014); Zaremba and Sutskever (2014), "Learning to execute".
/// </summary>
public sealed class AdditionRecipe : Recipe
{
    private const int Digits = 2;
    private const int Width = 16;
    private const int Units = 128;
    private const int Batch = 64;
    private const float LearningRate = 5e-3f;

    /// <inheritdoc/>
    public override string Name => "addition";

    /// <inheritdoc/>
    public override string Chapter => "16.1.2";

    /// <inheritdoc/>
    public override string Title => "encoder and decoder add two numbers";

    /// <inheritdoc/>
    public override string OwnData => "sums of two numbers of up to 2 digits";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "exact match";

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeSetting> Settings =>
        [new("digits", "most digits of a number, 2 by default; 3 takes 45,000 sums"), new("reads", "the source forwards, backwards or both; forwards by default, of a source that is written backwards")];

    /// <inheritdoc/>
    public override int Epochs => 60;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.99;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var (isShort, seed) = (context.Options.Short, (ulong)context.Options.Seed);
        var digits = isShort ? 1 : context.Number("digits", Digits);
        var data = digits switch
        {
            1 => AdditionTask.Draw(45, 10, seed, digits),
            2 => AdditionTask.Draw(4_500, 500, seed, digits),
            _ => AdditionTask.Draw(45_000, 5_000, seed, digits),
        };
        var model = new SequenceToSequence(
            data.Train.Vocabulary, data.Train.Classes, Width, isShort ? 32 : Units, data.Train.LabelShape[0], reads: context.Choice("reads", ReadingOrder.Forwards));
        var result = context.Fit(Writing.Trainer(context, model, data.Train.Count, Batch, LearningRate), data, Batch, Writing.ExactMatch);
        model.Save(context.Out("model.safetensors"));
        return result;
    }
}
