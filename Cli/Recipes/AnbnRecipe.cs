using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// A long short-term memory with peepholes learns the strings a^n b^n, or a^n b^n c^n, for n up to 10 and must go on counting: it reads a string symbol by
/// symbol and says which symbols may come next. The metric is the largest n such that it is right at every step of every string up to n. It writes the outputs and the
/// cells while it reads n = 20 as <c>outputs.png</c> and <c>cells.png</c>. How exactly it counts is a matter of luck: of ten seeds seven go beyond 170.
/// Source: Gers and Schmidhuber (2001), "LSTM recurrent networks learn simple context-free and context-sensitive languages".
/// </summary>
public sealed class AnbnRecipe : Recipe
{
    private const int Trained = 10;
    private const int Tested = 200;
    private const int Shown = 20;
    private const int Units = 2;
    private const double OfThreeLetters = 50;
    private const int Batch = 10;
    private const float LearningRate = 0.03f;

    /// <inheritdoc/>
    public override string Name => "anbn";

    /// <inheritdoc/>
    public override string Chapter => "15.3.1";

    /// <inheritdoc/>
    public override string Title => "long short-term memory with peepholes, 2 units, counts";

    /// <inheritdoc/>
    public override string OwnData => "the strings a^n b^n, n = 1 to 10";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "largest n up to which every string is right";

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeSetting> Settings => [new("letters", "2 for a^n b^n, the default, 3 for a^n b^n c^n"), new("units", $"units of the memory, {Units} by default")];

    /// <inheritdoc/>
    public override int Epochs => 20_000;

    /// <inheritdoc/>
    public override int ShortEpochs => 100;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 100;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var (letters, units) = (context.Number("letters", 2), context.Number("units", Units));
        // Drawn twice, because all strings of a draw are padded to the longest.
        var learned = CountingLanguage.Strings(letters, Trained, tested: Trained).Train;
        var strings = CountingLanguage.Strings(letters, Trained, tested: context.Options.Short ? Trained + 2 : Tested);
        var layer = new Lstm(letters + 2, units, peepholes: true, forgetBias: 2);
        var model = new Sequential(new MaskedSequence(layer), new Dense(units, letters + 2));
        var trainer = new Trainer(context.Device, model, new BinaryCrossEntropyLoss { Ignored = CountingLanguage.Ignored }, new RmsProp(LearningRate) { ClipNorm = 1 })
        {
            Seed = (ulong)context.Options.Seed,
            Schedule = new CosineSchedule(context.Options.Epochs),
            Metrics = [new BinarySequenceAccuracy { Ignored = CountingLanguage.Ignored }],
            Warn = context.Progress.Say,
        };
        var trial = Trial.Run(context, letters == 2 ? "a^n b^n" : "a^n b^n c^n", trainer, learned, null, Batch, trainer.Metrics[0].Name);
        var right = Right(trainer, strings.Train).Concat(Right(trainer, strings.Test)).TakeWhile(all => all).Count();
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture, $"trained up to n = {Trained}, right up to n = {right}"));
        model.Save(context.Out("model.safetensors"));
        Draw(context, layer, model, letters);
        return new RecipeResult(right, trial.Samples, trial.Seconds, [trial.Loss]) { Goal = letters == 2 ? null : new Goal(Metric, OfThreeLetters) };
    }

    /// <summary>Whether each string, in the order of n, is right at every step.</summary>
    private static IEnumerable<bool> Right(Trainer trainer, DataSet strings)
    {
        var answers = trainer.Predict(strings);
        var size = answers.Length / strings.Count;
        return Enumerable.Range(0, strings.Count).Select(row =>
        {
            var answer = answers.AsSpan(row * size, size);
            var target = strings.Target(row);
            for (var i = 0; i < size; i++)
                if (target[i] != CountingLanguage.Ignored && answer[i] > 0 != target[i] > 0.5f)
                    return false;
            return true;
        }).ToArray();
    }

    private static void Draw(RecipeContext context, Lstm layer, Sequential model, int letters)
    {
        var one = CountingLanguage.Strings(letters, Shown - 1, Shown).Test;
        var steps = one.ItemShape[0];
        var look = context.Device.Compile(graph =>
        {
            var x = graph.Input("x", [1, steps, letters + 3]);
            var states = Enumerable.Range(1, steps).Select(step => layer.Run(x.Slice(1, 0, step).Slice(2, 0, letters + 2)).Last.Tensors[1]).ToArray();
            return [model.Apply(x).Sigmoid(), Slicing.Concatenate(0, states)];
        });
        var results = look.Run(Feed.Of("x", one.Item(0).ToArray(), [1, steps, letters + 3]));
        double[] at = [.. Enumerable.Range(0, steps).Select(step => (double)step)];
        Plot("outputs.png", "what may come next", results[0].ToArray(), ["S", .. letters == 2 ? ["a", "b"] : (string[])["a", "b", "c"], "T"], ScottPlot.Alignment.MiddleLeft);
        Plot("cells.png", "cell", results[1].ToArray(), [.. Enumerable.Range(1, layer.Units).Select(unit => $"unit {unit}")], ScottPlot.Alignment.UpperLeft);

        void Plot(string file, string figure, float[] values, string[] names, ScottPlot.Alignment legend) => CurvePlot.Write(
            context.Out(file), $"Reading S a^{Shown} b^{Shown}{(letters == 2 ? "" : $" c^{Shown}")}", figure,
            names.Select((name, k) => new Curve(name, at, [.. Enumerable.Range(0, steps).Select(step => (double)values[step * names.Length + k])])), legend, by: "step");
    }
}
