namespace GpuNN.Cli;

/// <summary>
/// Images that fool a perceptron 784-256-256-10, and the cure. A network that reads nearly all digits is fooled by changes of 0.05 a pixel
/// that nobody sees; one that is trained on such changes withstands them. It writes what fools each of them as <c>fooled.png</c> and
/// <c>hardened.png</c>, and all figures as <c>attacks.csv</c>; each network trains in a folder of its own. The metric is the accuracy of
/// the second network under the fast gradient sign method with epsilon 0.1.
/// </summary>
public sealed class AdversarialRecipe : Recipe
{
    private const int Hidden = 256;
    private const int Batch = 64;
    private const float LearningRate = 1e-3f;
    private const float Little = 0.05f;
    private const float More = 0.1f;
    private const int PgdSteps = 40;

    /// <inheritdoc/>
    public override string Name => "adversarial";

    /// <inheritdoc/>
    public override string Chapter => "2.1.7";

    /// <inheritdoc/>
    public override string Title => "perceptron 784-256-256-10, attacked and trained against attacks";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => Digits.Folder;

    /// <inheritdoc/>
    public override string Metric => "accuracy under attack";

    /// <inheritdoc/>
    public override int Epochs => 10;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => onFiles ? 0.9 : 0.62;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var table = new List<string> { "network,attack,epsilon,figure,value" };
        var plain = Train(context, "plain", digits, new ForwardPass(), "fooled.png", table);
        var hardened = Train(context, "hardened", digits, new AdversarialTraining(Attack.Fgsm(More)), "hardened.png", table);
        File.WriteAllLines(context.Out("attacks.csv"), table);
        return new RecipeResult(
            hardened.Accuracy, plain.Result.Samples + hardened.Result.Samples, plain.Result.Seconds + hardened.Result.Seconds,
            [
                .. plain.Result.Curves.Select(curve => curve with { Name = $"plain, {curve.Name}" }),
                .. hardened.Result.Curves.Select(curve => curve with { Name = $"hardened, {curve.Name}" }),
            ]);
    }

    private static (RecipeResult Result, double Accuracy) Train(RecipeContext context, string name, DataPair digits, Objective objective, string picture, List<string> table)
    {
        var inner = context.Within(name);
        var model = new Sequential(
            new Flatten(), new Dense(Digits.Side * Digits.Side, Hidden, init: Inits.HeNormal), new Relu(),
            new Dense(Hidden, Hidden, init: Inits.HeNormal), new Relu(), new Dense(Hidden, Digits.Classes));
        var trainer = new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(LearningRate))
        {
            Seed = (ulong)context.Options.Seed,
            Objective = objective,
            Schedule = new CosineSchedule(context.Options.Epochs),
            Warn = context.Progress.Say,
        };
        var result = inner.Fit(trainer, digits, Batch, "accuracy");
        model.Save(inner.Out("model.safetensors"));

        Note("none", 0, "accuracy", trainer.Evaluate(digits.Test).Accuracy);
        var little = Fgsm(Little, out var changed);
        Note("FGSM", Little, "accuracy", little);
        var more = Fgsm(More, out _);
        Note("FGSM", More, "accuracy", more);
        Note("PGD-40", More, "accuracy", trainer.Evaluate(Perturb(Attack.Pgd(More, PgdSteps), digits.Test)).Accuracy);
        var wanted = Wanted(digits.Test);
        var targeted = Perturb(Attack.Pgd(Little, PgdSteps) with { Targeted = true }, wanted);
        Note("targeted PGD-40", Little, "wrong targets hit", trainer.Evaluate(targeted).Accuracy);
        FooledSheet.Write(context.Out(picture), digits.Test, changed, trainer.Predict(digits.Test), trainer.Predict(changed), Little);
        return (result, more);

        DataSet Perturb(Attack attack, DataSet set) => new Attacker(context.Device, model, trainer.Loss, attack).Perturb(set);

        double Fgsm(float epsilon, out DataSet changed)
        {
            changed = Perturb(Attack.Fgsm(epsilon), digits.Test);
            return trainer.Evaluate(changed).Accuracy;
        }

        void Note(string attack, float epsilon, string figure, double value)
        {
            table.Add(FormattableString.Invariant($"{name},{attack},{epsilon},{figure},{value:0.0000}"));
            context.Progress.Say(FormattableString.Invariant($"{name}, {attack}, epsilon {epsilon}: {figure} {value:0.0000}"));
        }
    }

    /// <summary>The set with a wrong class for each image, each of the nine in turn.</summary>
    private static DataSet Wanted(DataSet set) => DataSet.WithLabels(
        [.. set.Inputs.Span], set.ItemShape,
        [.. Enumerable.Range(0, set.Count).Select(row => (set.Labels.Span[row] + 1 + row / set.Classes % (set.Classes - 1)) % set.Classes)], set.Classes);
}
