using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Loading by name: all or what fits, and an account of what did not.</summary>
[Notes("8.1.1", "Pre-training")]
[Notes("8", "Pre-training neural networks")]
public sealed class LoadReportTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static Sequential Model(int classes, params Layer[] more) => new([new Dense(4, 6), new Relu(), new Dense(6, classes), .. more]);

    private string Trained(Layer model)
    {
        using var device = Device.On(new HostRoute(1));
        device.Parameters.Seed = 5;
        device.Compile(graph => model.Apply(graph.Input("x", [1, 4]))).Run(new float[4]);
        model.Save(folder["model.safetensors"]);
        return folder["model.safetensors"];
    }

    [Test]
    public void A_round_trip_is_the_same_to_the_bit()
    {
        var model = Model(3);
        var file = Trained(model);
        var other = Model(3);
        var report = other.Load(file);
        Assert.That(report.IsComplete);
        Assert.That(report.ToString(), Is.EqualTo($"{file}: 4 matched, 0 missing, 0 reshaped, 0 unexpected"));
        Assert.That(other.Parameters.Select(parameter => parameter.ToArray()), Is.EqualTo(model.Parameters.Select(parameter => parameter.ToArray())));
        other.Save(folder["again.safetensors"]);
        Assert.That(File.ReadAllBytes(folder["again.safetensors"]), Is.EqualTo(File.ReadAllBytes(file)));
    }

    [Test]
    public void What_fits_is_taken_and_the_rest_is_told()
    {
        var model = Model(3, new Dense(3, 2));
        var file = Trained(model);
        var other = Model(5, new Relu(), new Dense(5, 2));
        var report = other.Load(file, strict: false);
        Assert.Multiple(() =>
        {
            Assert.That(report.Matched, Is.EqualTo(new[] { "0.weight", "0.bias" }));
            Assert.That(report.ToString(), Is.EqualTo($"""
                {file}: 2 matched, 2 missing, 2 reshaped, 2 unexpected
                reshaped: 2.weight is (6, 5) in the model, but (6, 3) in the file
                reshaped: 2.bias is (5) in the model, but (3) in the file
                missing: 4.weight (5, 2)
                missing: 4.bias (2)
                unexpected: 3.bias (2)
                unexpected: 3.weight (3, 2)
                """.ReplaceLineEndings("\n")));
            Assert.That((report.Missing, report.Unexpected, report.Reshaped), Is.EqualTo((new[] { "4.weight", "4.bias" }, new[] { "3.bias", "3.weight" }, new[] { "2.weight", "2.bias" })));
            Assert.That(((Dense)other.Parts[0]).Weight.ToArray(), Is.EqualTo(((Dense)model.Parts[0]).Weight.ToArray()));
            Assert.That(((Dense)other.Parts[2]).Weight.HasValues, Is.False, "drawn when it is used");
        });
    }

    [Test]
    public void A_file_of_which_nothing_fits_is_refused() => Assert.That(
        () => new Sequential(new Dense(2, 2)).Load(Trained(Model(3)), strict: false), Throws.TypeOf<InvalidDataException>().With.Message.Contains("needs at least one tensor").And.Message.Contains("reshaped: 0.weight"));

    [Test]
    public void Strictly_one_difference_is_too_many_and_nothing_changes()
    {
        var file = Trained(Model(3));
        var other = Model(5);
        Assert.That(() => other.Load(file), Throws.TypeOf<InvalidDataException>().With.Message.Contains("2 differ").And.Message.Contains("strict: false"));
        Assert.That(other.Parameters.Any(parameter => parameter.HasValues), Is.False);
    }
}
