using System.Text.Json;
using GpuNN.Cli;
using NUnit.Framework;

namespace GpuNN.Tests;

public sealed class TrainJobTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("gpunn-train-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestCase(0.98, true)]
    [TestCase(0.97, true)]
    [TestCase(0.96, false)]
    [TestCase(double.NaN, false)]
    public void The_outcome_says_whether_the_target_was_reached(double value, bool reached)
    {
        var (outcome, _) = Run(new Fixed(value));
        Assert.That(outcome.Reached, Is.EqualTo(reached));
    }

    [Test]
    public void The_outcome_has_the_promised_fields()
    {
        var (outcome, _) = Run(new Fixed(0.98));
        using var json = JsonDocument.Parse(JsonText.Of(outcome));
        Assert.That(json.RootElement.EnumerateObject().Select(field => field.Name), Is.EqualTo(new[]
        {
            "recipe", "device", "seed", "data", "metric", "value", "target", "reached", "seconds", "samples_per_s", "out",
        }));
    }

    [Test]
    public void The_outcome_is_one_line() =>
        Assert.That(JsonText.Of(Run(new Fixed(0.98)).Outcome), Does.Not.Contain("\n"));

    [Test]
    public void The_record_and_the_plot_are_written()
    {
        var (outcome, _) = Run(new Fixed(0.98));
        using var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "run.json")));
        Assert.Multiple(() =>
        {
            Assert.That(record.RootElement.GetProperty("value").GetDouble(), Is.EqualTo(outcome.Value));
            Assert.That(record.RootElement.GetProperty("options").GetProperty("epochs").GetInt32(), Is.EqualTo(2));
            Assert.That(record.RootElement.GetProperty("versions").GetProperty("ilgpu").GetString(), Is.EqualTo("1.5.3"));
            Assert.That(File.ReadAllText(Path.Combine(folder, "loss.svg")), Does.Contain("<svg"));
        });
    }

    [Test]
    public void Progress_starts_with_the_first_step_and_shows_every_epoch()
    {
        var (_, output) = Run(new Fixed(0.98));
        Assert.Multiple(() =>
        {
            Assert.That(output, Does.Contain("epoch 1/2  loss 0.7000  1,000 samples/s  10 %  8 s left"));
            Assert.That(output, Does.Contain("epoch 1/2  loss 0.5000  accuracy 0.9000"));
            Assert.That(output, Does.Contain("epoch 2/2  loss 0.2500  accuracy 0.9800"));
        });
    }

    [Test]
    public void Data_without_the_recipes_folder_is_a_bad_argument() =>
        Assert.That(
            () => Run(new Fixed(0.98), data: folder),
            Throws.TypeOf<ArgumentMistake>().With.Message.Contains("digits").And.Message.Contains(folder));

    [Test]
    public void Data_with_the_recipes_folder_is_read()
    {
        Directory.CreateDirectory(Path.Combine(folder, "digits"));
        var (outcome, _) = Run(new Fixed(0.98), data: folder);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Data, Is.EqualTo(Path.Combine(folder, "digits")));
            Assert.That(outcome.Target, Is.EqualTo(0.99));
            Assert.That(outcome.Reached, Is.False);
        });
    }

    [Test]
    public void A_goal_that_depends_on_the_data_wins()
    {
        var (outcome, output) = Run(new Fixed(0.98) { Found = new Goal("error", 0.99, LargerIsBetter: false) });
        Assert.Multiple(() =>
        {
            Assert.That((outcome.Metric, outcome.Target, outcome.Reached), Is.EqualTo(("error", 0.99, true)));
            Assert.That(output, Does.Contain("error 0.9800, target 0.9900 reached"));
        });
    }

    [Test]
    public void A_recipe_may_read_the_folder_itself() =>
        Assert.That(Run(new Fixed(0.98) { Folder = Recipe.AnyFolder }, data: folder).Outcome.Data, Is.EqualTo(folder));

    [Test]
    public void Settings_must_be_known() => Assert.Multiple(() =>
    {
        Assert.That(() => Run(new Fixed(0.98), setting: "depth"), Throws.Nothing);
        Assert.That(() => Run(new Fixed(0.98), setting: "width"), Throws.TypeOf<ArgumentMistake>().With.Message.Contains("no setting width").And.Message.Contains("It has: depth"));
    });

    private (TrainOutcome Outcome, string Output) Run(Recipe recipe, string? data = null, string? setting = null)
    {
        using var output = new StringWriter();
        var outcome = TrainJob.Run(
            recipe,
            new TrainOptions { Device = "cpu", Epochs = 2, Out = folder, Data = data, Settings = setting is null ? [] : new Dictionary<string, string> { [setting] = "1" } },
            Terminal.Plain(output, TextWriter.Null));
        return (outcome, output.ToString());
    }

    /// <summary>A recipe that comes to a given figure at once.</summary>
    private sealed class Fixed(double value) : Recipe
    {
        public override string Name => "fixed";

        public override string Chapter => "1.1";

        public override string Title => "a figure";

        public override string OwnData => "nothing";

        public string Folder { get; init; } = "digits";

        public Goal? Found { get; init; }

        public override string? DataFolder => Folder;

        public override IReadOnlyList<RecipeSetting> Settings => [new("depth", "how deep")];

        public override string Metric => "accuracy";

        public override int Epochs => 2;

        public override double Target(bool onFiles) => onFiles ? 0.99 : 0.97;

        public override RecipeResult Run(RecipeContext context)
        {
            context.Progress.Show(new TrainingState
            {
                Epoch = 1,
                Epochs = 2,
                Part = 0.1,
                Loss = 0.7,
                SamplesPerSecond = 1000,
                Left = TimeSpan.FromSeconds(7.5),
            });
            context.Progress.Show(new TrainingState { Epoch = 1, Epochs = 2, Part = 1, EpochDone = true, Loss = 0.5, Metric = 0.9 });
            context.Progress.Show(new TrainingState { Epoch = 2, Epochs = 2, Part = 1, EpochDone = true, Loss = 0.25, Metric = 0.98 });
            return new RecipeResult(value, 200, 0.2, [new Curve("train", [1, 2], [0.5, 0.25])]) { Goal = Found };
        }
    }
}
