using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// A perceptron learns the digits 0 to 4; then it gets a new head and learns 5 to 9 from ten pictures of each, with rates that
/// fall by 2.6 from layer to layer. Beside it the same network learns those from nothing. Each round has its own weights and its own ten
/// pictures. On MNIST, where 30,000 pictures of 0 to 4 teach little that ten of each other digit do not, a perceptron gained 2 points in the
/// mean of three seeds, -1 to 7: so it reads no files. It writes the accuracies by epoch as <c>transfer.png</c>, a thin line a round.
/// </summary>
public sealed class TransferRecipe : Recipe
{
    private const int Half = Digits.Classes / 2;
    private const int PerClass = 10;
    private const int Rounds = 5;
    private const int PretrainingEpochs = 20;
    private const int Batch = 64;
    private const int FewBatch = 10;
    private const int Judged = 500;
    private const int Wide = 256;
    private const int Narrow = 128;
    private const float PretrainingRate = 1e-3f;
    private const float LearningRate = 5e-3f;

    /// <inheritdoc/>
    public override string Name => "transfer";

    /// <inheritdoc/>
    public override string Chapter => "8.1.1";

    /// <inheritdoc/>
    public override string Title => "digits 0-4, then 5-9 from ten pictures each: fine-tuned against from nothing";

    /// <inheritdoc/>
    public override string OwnData => Digits.Drawn;

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "gain in accuracy";

    /// <inheritdoc/>
    public override int Epochs => 30;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.12;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var digits = Digits.Of(context);
        var before = new DataPair(Group(digits.Train, 0), Group(digits.Test, 0));
        var after = new DataPair(Group(digits.Train, Half), Group(digits.Test, Half).Take(Judged));
        var rounds = context.Options.Short ? 1 : Rounds;
        List<History> tuned = [], fresh = [];
        var (samples, seconds) = (0L, 0.0);
        for (var round = 0; round < rounds; round++)
        {
            var seed = (ulong)context.Options.Seed + (ulong)round * 1000;
            var file = context.Out("pretrained.safetensors");
            var body = Network();
            Note(Train(context, body, before, PretrainingRate, seed, context.Options.Short ? 2 : PretrainingEpochs, Batch), before.Train.Count);
            body.Save(file);

            var few = Few(after.Train, seed);
            var model = Network();
            context.Progress.Say(model.Load(file).ToString());
            model.ReplaceHead(Half);
            DiscriminativeRates.Set(model);
            tuned.Add(Note(Train(context, model, new DataPair(few, after.Test), LearningRate, seed + 1, context.Options.Epochs, FewBatch), few.Count));
            fresh.Add(Note(Train(context, Network(), new DataPair(few, after.Test), LearningRate, seed + 1, context.Options.Epochs, FewBatch), few.Count));
            context.Progress.Say(string.Create(CultureInfo.InvariantCulture,
                $"round {round + 1}: fine-tuned {tuned[^1].Last.Judged.Accuracy:P1}, from nothing {fresh[^1].Last.Judged.Accuracy:P1}"));
            model.Save(context.Out("model.safetensors"));
        }
        PanelPlot.Write(context.Out("transfer.png"), "epoch", "accuracy on 5 to 9", new Panel(
            $"{PerClass} pictures of each digit, {rounds} rounds",
            [.. Accuracies("fine-tuned from 0 to 4", tuned), .. Accuracies("from nothing", fresh)]));
        return new RecipeResult(
            Final(tuned) - Final(fresh), samples, seconds,
            [Mean("fine-tuning", tuned, epoch => epoch.Training.Loss), Mean("from nothing", fresh, epoch => epoch.Training.Loss)]);

        History Note(History history, int count)
        {
            samples += (long)history.Count * count;
            seconds += history.Sum(epoch => epoch.Seconds);
            return history;
        }
    }

    private static Sequential Network() => new(
        new Flatten(), new Dense(Digits.Side * Digits.Side, Wide), new Relu(), new Dense(Wide, Narrow), new Relu(), new Dense(Narrow, Half));

    private static History Train(RecipeContext context, Layer model, DataPair data, float rate, ulong seed, int epochs, int batch) =>
        new Trainer(context.Device, model, Loss.SoftmaxCrossEntropy, new Adam(rate)) { Seed = seed, Schedule = new CosineSchedule(epochs), Warn = context.Progress.Say }
            .Fit(data.Train, data.Test, epochs, batch);

    // Five digits from one on, with labels from 0.
    private static DataSet Group(DataSet set, int first)
    {
        var five = set.Where(row => set.Labels.Span[row] / Half == first / Half);
        return DataSet.WithLabels(five.Inputs.ToArray(), five.ItemShape, [.. five.Labels.ToArray().Select(label => label - first)], Half);
    }

    private static DataSet Few(DataSet set, ulong seed)
    {
        var shuffled = set.Split(0.9, seed).Train;
        var counts = new int[Half];
        return shuffled.Where(row => counts[shuffled.Labels.Span[row]]++ < PerClass);
    }

    private static double Final(List<History> rounds) => rounds.Average(history => history.Last.Judged.Accuracy);

    private static IEnumerable<Curve> Accuracies(string name, List<History> rounds) =>
        rounds.Select(history => new Curve(name, [.. history.Select(epoch => (double)epoch.Epoch)], [.. history.Select(epoch => epoch.Judged.Accuracy)]))
            .Prepend(Mean(name, rounds, epoch => epoch.Judged.Accuracy));

    private static Curve Mean(string name, List<History> rounds, Func<EpochRecord, double> figure) => new(
        name, [.. rounds[0].Select(epoch => (double)epoch.Epoch)], [.. rounds[0].Select((_, epoch) => rounds.Average(history => figure(history[epoch])))]);
}
