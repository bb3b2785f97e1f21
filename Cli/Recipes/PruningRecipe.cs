using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// Pruning: LeNet-300-100 learns to tell handwritten digits apart, loses its smallest weights wherever they are, and learns on without them. It writes the
/// accuracy against the part that was taken out as <c>pruning.png</c> and <c>pruning.csv</c>, and what is left of the weights after 90 %
/// as <c>weights.png</c>; each training has a folder of its own. The metric is the accuracy that the network lost with 90 % of its weights.
/// Source: Han, Pool, Tran and Dally (2015), "Learning both weights and connections for efficient neural networks".
/// </summary>
public sealed class PruningRecipe : Recipe
{
    private const int First = 300;
    private const int Second = 100;
    private const int Batch = 64;
    private const float LearningRate = 1e-3f;
    private const double Wanted = 0.9;
    private static readonly double[] fractions = [0.5, 0.7, 0.8, Wanted, 0.95, 0.98];

    /// <inheritdoc/>
    public override string Name => "pruning";

    /// <inheritdoc/>
    public override string Chapter => "2.1.4";

    /// <inheritdoc/>
    public override string Title => "LeNet-300-100 without 90 % of its weights";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => Digits.Folder;

    /// <inheritdoc/>
    public override string Metric => "accuracy lost";

    /// <inheritdoc/>
    public override bool LargerIsBetter => false;

    /// <inheritdoc/>
    public override int Epochs => 10;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.003;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var model = new Sequential(
            new Flatten(), new Dense(Digits.Side * Digits.Side, First), new Relu(), new Dense(First, Second), new Relu(), new Dense(Second, Digits.Classes));
        var whole = Train(context, "whole", model, digits, []);
        var learned = model.Parameters.Select(parameter => parameter.ToArray()).ToArray();
        var runs = (context.Options.Short ? [Wanted] : fractions).Select(fraction => Prune(context, model, learned, digits, fraction)).ToArray();
        var wanted = runs.Single(run => run.Fraction == Wanted);

        CurvePlot.Write(
            context.Out("pruning.png"), "LeNet-300-100, pruned by magnitude", "accuracy on the test set, %",
            [
                new Curve("all weights", [0, 100], [100 * whole.Value, 100 * whole.Value]),
                new Curve("just cut", [.. runs.Select(run => 100 * run.Fraction)], [.. runs.Select(run => 100 * run.Cut)]),
                new Curve("trained on", [.. runs.Select(run => 100 * run.Fraction)], [.. runs.Select(run => 100 * run.Result.Value)]),
            ],
            ScottPlot.Alignment.LowerLeft, by: "weights taken out, %");
        WeightHistogram.Write(context.Out("weights.png"),
            ("all weights", [.. model.Parameters.Zip(learned).Where(pair => pair.First.IsWeight).SelectMany(pair => pair.Second)]),
            ("the 10 % that are left, trained on", wanted.Weights));
        File.WriteAllLines(context.Out("pruning.csv"),
        [
            "fraction,just_cut,trained_on", Line(0, whole.Value, whole.Value), .. runs.Select(run => Line(run.Fraction, run.Cut, run.Result.Value)),
        ]);
        return new RecipeResult(
            whole.Value - wanted.Result.Value, whole.Samples + runs.Sum(run => run.Result.Samples), whole.Seconds + runs.Sum(run => run.Result.Seconds),
            [
                .. whole.Curves.Select(curve => curve with { Name = $"whole, {curve.Name}" }),
                .. wanted.Result.Curves.Select(curve => curve with { Name = $"pruned, {curve.Name}" }),
            ]);

        static string Line(double fraction, double cut, double trained) => string.Create(CultureInfo.InvariantCulture, $"{fraction},{cut:0.0000},{trained:0.0000}");
    }

    private static Pruned Prune(RecipeContext context, Layer model, float[][] learned, DataPair digits, double fraction)
    {
        foreach (var (parameter, values) in model.Parameters.Zip(learned))
            parameter.Set(values);
        var mask = GpuNN.Prune.ByMagnitude(model, fraction, PruneScope.WholeModel);
        var cut = Trainer(context, model, []).Evaluate(digits.Test).Accuracy;
        var name = string.Create(CultureInfo.InvariantCulture, $"pruned-{100 * fraction:0}");
        var result = Train(context, name, model, digits, [mask]);
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture, $"without {fraction:0 %} of the weights: accuracy {cut:0.0000} just cut, {result.Value:0.0000} trained on"));
        return new Pruned(fraction, cut, result, [.. mask.Parameters.SelectMany(parameter => parameter.ToArray())]);
    }

    private static RecipeResult Train(RecipeContext context, string name, Layer model, DataPair digits, IReadOnlyList<Constraint> constraints)
    {
        var inner = context with { Options = context.Options with { Out = context.Out(name) } };
        Directory.CreateDirectory(inner.Options.Out);
        var result = inner.Fit(Trainer(context, model, constraints), digits, Batch, "accuracy");
        model.Save(inner.Out("model.safetensors"));
        return result;
    }

    private static Trainer Trainer(RecipeContext context, Layer model, IReadOnlyList<Constraint> constraints) =>
        new(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Constraints = constraints,
            Schedule = new CosineSchedule(context.Options.Epochs),
            Warn = context.Progress.Say,
        };

    private sealed record Pruned(double Fraction, double Cut, RecipeResult Result, float[] Weights);
}
