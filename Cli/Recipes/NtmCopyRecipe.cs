using System.Globalization;

namespace GpuNN.Cli;

/// <summary>
/// A neural Turing machine learns to copy rows of random bits, and must copy sequences four times as long as those it learned from. Lengths grow
/// while it learns: whenever the loss is low, longer ones are drawn. The metric is the number of wrong bits in a sequence of the longest
/// length that it learned from. It writes where the heads were while it copied one as <c>heads.png</c>, the memory on the way as <c>memory.png</c>, and
/// what it made of a sequence four times as long as <c>answers.png</c>.
/// The controller is small and forgets at first: one of 100 units that did not was wrong in 10 % of the bits of 80 rows with the worst of five seeds.
/// Source: Graves, Wayne and Danihelka (2014), "Neural Turing machines", section 4.1.
/// </summary>
public sealed class NtmCopyRecipe : Recipe
{
    private const int Bits = 8;
    private const int Longest = 20;
    private const int Further = 4;
    private const int StepsAnEpoch = 100;
    private const int StepsOfOneLength = 5;
    private const int Batch = 16;
    private const int Tested = 100;

    // Of the controller, small and quick to forget: with a larger one that is not, the head that reads loses its place beyond the longest sequence that it learned from.
    private const int Units = 32;
    private const float ForgetBias = -1;

    private const float LearningRate = 2e-3f;
    private const float ClipNorm = 1;
    private const double LastRate = 0.02;

    // Of the curriculum: the first longest length, the loss at which it grows, and by how much.
    private const int FirstLongest = 4;
    private const double Passed = 0.1;
    private const double Growth = 1.25;
    private const double Memory = 0.85;

    /// <inheritdoc/>
    public override string Name => "ntm-copy";

    /// <inheritdoc/>
    public override string Chapter => "15.5.1";

    /// <inheritdoc/>
    public override string Title => "neural Turing machine with 128 slots copies rows of 8 bits";

    /// <inheritdoc/>
    public override string OwnData => "sequences of 1 to 20 drawn rows";

    /// <inheritdoc/>
    public override string? DataFolder => null;

    /// <inheritdoc/>
    public override string Metric => "wrong bits a sequence";

    /// <inheritdoc/>
    public override bool LargerIsBetter => false;

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeSetting> Settings => [new("longest", $"rows of the longest sequence it learns from, {Longest} by default"), new("slots", "slots of the memory, 128 by default")];

    /// <inheritdoc/>
    public override int Epochs => 80;

    /// <inheritdoc/>
    public override int ShortEpochs => 3;

    /// <inheritdoc/>
    public override bool Resumes => false;

    /// <inheritdoc/>
    public override double Target(bool onFiles) => 0.1;

    /// <inheritdoc/>
    public override RecipeResult Run(RecipeContext context)
    {
        var isShort = context.Options.Short;
        var (longest, slots) = isShort ? (2, 16) : (context.Number("longest", Longest), context.Number("slots", 128));
        var machine = isShort ? new NeuralTuringMachine(Bits + 2, Bits, Units, slots, 10) : new NeuralTuringMachine(Bits + 2, Bits, Units, slots, forgetBias: ForgetBias);
        var trainer = new Trainer(context.Device, machine, new BinaryCrossEntropyLoss { Ignored = CopyTask.Ignored }, new Adam(LearningRate) { ClipNorm = ClipNorm })
        {
            Seed = (ulong)context.Options.Seed,
            EvaluationBatch = Batch,
            Warn = context.Progress.Say,
        };
        var (losses, samples, seconds) = Train(context, trainer, longest, isShort ? StepsAnEpoch / 5 : StepsAnEpoch);
        machine.Save(context.Out("model.safetensors"));

        double Wrong(int length) => 1 - trainer.Evaluate(Test(context, length, isShort ? 10 : Tested)).Accuracy;
        var wrong = Wrong(longest) * longest * Bits;
        context.Progress.Say(string.Create(CultureInfo.InvariantCulture,
            $"{wrong:0.000} wrong bits of {longest * Bits} in a sequence of {longest} rows; {Wrong(Further * longest):0.000%} of the bits are wrong in one of {Further * longest}"));
        Draw(context, trainer, machine, longest);
        return new RecipeResult(wrong, samples, seconds, [new Curve("training", [.. Enumerable.Range(1, losses.Count).Select(epoch => (double)epoch)], losses)]);
    }

    /// <summary>Trains on sequences that get longer, a few steps on each length, at a rate that falls along half a cosine.</summary>
    private static (IReadOnlyList<double> Losses, long Samples, double Seconds) Train(RecipeContext context, Trainer trainer, int longest, int steps)
    {
        var (random, losses, samples, seconds) = (new Random(context.Options.Seed), new List<double>(), 0L, 0.0);
        var (length, recent, rounds) = (Math.Min(FirstLongest, longest), 1.0, steps / StepsOfOneLength);
        for (var epoch = 0; epoch < context.Options.Epochs; epoch++)
        {
            var sum = 0.0;
            for (var round = 0; round < rounds; round++)
            {
                var done = (epoch + (double)round / rounds) / context.Options.Epochs;
                trainer.Optimiser.LearningRate = (float)(LearningRate * (LastRate + (1 - LastRate) * 0.5 * (1 + Math.Cos(Math.PI * done))));
                var rows = Rounded(1 + random.Next(length));
                var drawn = CopyTask.Draw(Batch * StepsOfOneLength, 1, Key(context, epoch * rounds + round), rows, rows, Bits).Train;
                var record = trainer.Fit(drawn, batch: Batch).Last;
                (samples, seconds, sum, recent) = (samples + drawn.Count, seconds + record.Seconds, sum + record.Training.Loss, Memory * recent + (1 - Memory) * record.Training.Loss);
                if (recent < Passed && length < longest)
                    (length, recent) = (Math.Min(longest, Math.Max(length + 1, (int)(length * Growth))), 3 * Passed);
                context.Progress.Show(new TrainingState
                {
                    Epoch = epoch + 1,
                    Epochs = context.Options.Epochs,
                    Part = (round + 1.0) / rounds,
                    EpochDone = round == rounds - 1,
                    Loss = sum / (round + 1),
                    Metric = length,
                    MetricName = "longest",
                    SamplesPerSecond = samples / Math.Max(seconds, 1e-9),
                    Left = TimeSpan.FromSeconds(seconds * (context.Options.Epochs - epoch) / (epoch + 1)),
                });
            }
            losses.Add(sum / rounds);
        }
        return (losses, samples, seconds);
    }

    // Each length is a function of its own, and only so many are kept; so long ones are even.
    private static int Rounded(int rows) => rows > 6 ? rows + rows % 2 : rows;

    private static ulong Key(RecipeContext context, int round) => ((ulong)context.Options.Seed << 32) + (ulong)round;

    private static DataSet Test(RecipeContext context, int length, int count) => CopyTask.Draw(1, count, (ulong)context.Options.Seed << 32, length, length, Bits).Test;

    private static void Draw(RecipeContext context, Trainer trainer, NeuralTuringMachine machine, int longest)
    {
        var one = Test(context, longest, 1);
        var steps = one.ItemShape[0];
        var trace = context.Device.Compile(graph =>
        {
            var (_, memory, weights) = machine.Trace(graph.Input("x", [1, steps, Bits + 2]));
            return [memory, weights.Permute(0, 2, 3, 1)];
        }, training: false, name: "trace").Run(Feed.Of("x", one.Item(0).ToArray(), [1, steps, Bits + 2]));
        var memories = trace[0].ToArray().Chunk(machine.Slots * machine.Width).ToArray();
        var heads = trace[1].ToArray().Chunk(machine.Slots * steps).ToArray();
        HeatMap.Write(context.Out("heads.png"), "step", "slot", new HeatPanel("head that writes", heads[1], steps), new HeatPanel("head that reads", heads[0], steps));
        HeatMap.Write(context.Out("memory.png"), "number", "slot",
            [.. new[] { 1, (longest + 1) / 2, longest, steps }.Distinct().Select(step => new HeatPanel($"memory after step {step}", memories[step - 1], machine.Width))]);

        var rows = Further * longest;
        var far = Test(context, rows, 1);
        float[] Answer(float[] all) => Transposed(all[((rows + 1) * Bits)..]);
        HeatMap.Write(context.Out("answers.png"), "row", "bit",
            new HeatPanel($"{rows} rows", Answer(far.Target(0).ToArray()), rows),
            new HeatPanel("the copy", Answer([.. trainer.Predict(far).Select(logit => 1 / (1 + MathF.Exp(-logit)))]), rows));
    }

    private static float[] Transposed(float[] rows) => [.. Enumerable.Range(0, rows.Length).Select(i => rows[i % (rows.Length / Bits) * Bits + i / (rows.Length / Bits)])];
}
