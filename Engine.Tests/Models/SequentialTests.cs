using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Chains of layers: checks when built, names, summaries, dropout, and files.</summary>
public sealed class SequentialTests
{
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    private static Sequential Model(int hidden = 100) => new(new Dense(784, hidden), new Relu(), new Dropout(0.2f), new Dense(hidden, 10));

    [Test, Notes("1.1.2", "The parameters of a feed forward model")]
    public void A_summary_counts_parameters_without_a_device()
    {
        Assert.That(Model().ParameterCount, Is.EqualTo(79_510));
        Assert.That(Model().Summary([784]), Is.EqualTo(
            """
            Sequential on items of (784)
            layer                   output            parameters
            Sequential(4 layers)    (batch, 10)                0
              0  Dense(784 -> 100)  (batch, 100)          78,500
              1  Relu               (batch, 100)               0
              2  Dropout(0.2)       (batch, 100)               0
              3  Dense(100 -> 10)   (batch, 10)            1,010
            total                                         79,510

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void A_shared_layer_counts_once()
    {
        var shared = new Dense(4, 4);
        var model = new Sequential(shared, new Relu(), shared);
        Assert.That(model.ParameterCount, Is.EqualTo(20));
        Assert.That(model.Summary([4]), Does.Contain("2  Dense(4 -> 4), shared"));
        Assert.That(model.Parameters.Select(parameter => parameter.Path), Is.EqualTo(new[] { "0.weight", "0.bias" }));
    }

    [Test]
    public void Parts_that_are_called_directly_still_count() =>
        Assert.That(new Gated().Summary([3]), Does.Contain("value  Dense(3 -> 2)").And.Contain("total").And.Contain("16"));

    [Test]
    public void Layers_that_do_not_fit_are_refused_when_the_model_is_built() => Assert.That(
        () => new Sequential(new Dense(3, 8), new Relu(), new Sequential(new Dense(7, 2))),
        Throws.TypeOf<ShapeException>().With.Message.Contains("takes items of 7").And.Message.Contains("make 8").And.Message.Contains("In Sequential > 2 >"));

    [Test]
    public void Sizes_that_are_not_known_are_left_to_the_recording()
    {
        var model = new Sequential(new Dense(3, 8), new Flatten(), new Dense(7, 2));
        Assert.That(() => model.Summary([3]), Throws.TypeOf<ShapeException>().With.Message.Contains("In Sequential > 2 > Dense(7 -> 2)"));
    }

    [Test]
    public void A_chain_of_nothing_is_the_identity()
    {
        using var device = Device.On(new HostRoute(1));
        Assert.That(device.Compile(graph => new Sequential().Apply(graph.Input("x", [2]))).Run(new float[] { 3, 4 })[0].ToArray(), Is.EqualTo(new float[] { 3, 4 }));
    }

    [Test, Notes("2.1.2", "Dropout, and dropout layers")]
    public void Dropout_keeps_the_mean_in_training_and_everything_in_use()
    {
        const int Count = 100_000;
        const double Rate = 0.3;
        using var device = Device.On(new HostRoute(1));
        var ones = new float[Count];
        Array.Fill(ones, 1f);
        Function Make(bool training) => device.Compile(graph =>
        {
            var x = graph.Input("x", [graph.Batch]);
            var y = new Dropout((float)Rate).Apply(x);
            return [y, graph.Gradients(y.Sum(), [x])[0]];
        }, training: training, name: "dropout");

        var function = Make(training: true);
        var results = function.Run(ones);
        var y = results[0].ToArray();
        var kept = y.Count(value => value != 0);
        Assert.That(kept, Is.EqualTo(Count * (1 - Rate)).Within(5 * Math.Sqrt(Count * Rate * (1 - Rate))));
        Assert.That(y.Where(value => value != 0), Is.All.EqualTo((float)(1 / (1 - Rate))).Within(1e-6f));
        Assert.That(results[1].ToArray(), Is.EqualTo(y), "the same mask goes through the gradient");
        Assert.That(function.Run()[0].ToArray(), Is.Not.EqualTo(y), "each step draws its own mask");
        Assert.That(Make(training: false).Run(ones)[0].ToArray(), Is.EqualTo(ones));
    }

    [Test]
    public void Dropout_of_nothing_is_the_identity_and_of_all_is_refused()
    {
        using var device = Device.On(new HostRoute(1));
        Assert.That(device.Compile(graph => new Dropout(0).Apply(graph.Input("x", [2]))).Run(new float[] { 3, 4 })[0].ToArray(), Is.EqualTo(new float[] { 3, 4 }));
        foreach (var rate in new[] { 1f, -0.1f, float.NaN })
            Assert.That(() => new Dropout(rate), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("[0, 1)"));
    }

    [Test]
    public void A_model_comes_back_from_its_file_before_there_is_a_device()
    {
        float[] Predict(Layer model)
        {
            using var device = Device.On(new HostRoute(1));
            return device.Compile(graph => model.Apply(graph.Input("x", [graph.Batch, 784])), training: false).Run(new float[784 * 2])[0].ToArray();
        }

        var model = Model();
        var wanted = Predict(model);
        model.Save(folder["model.safetensors"]);
        var other = Model();
        other.Load(folder["model.safetensors"]);
        Assert.That(Predict(other), Is.EqualTo(wanted));
        Assert.That(other.Parameters.SelectMany(parameter => parameter.ToArray()), Is.EqualTo(model.Parameters.SelectMany(parameter => parameter.ToArray())));
    }

    [Test]
    public void A_file_of_another_model_is_refused_with_every_difference()
    {
        var model = Model();
        foreach (var parameter in model.Parameters)
            parameter.Set(new float[parameter.Shape.Elements]);
        model.Save(folder["model.safetensors"]);
        var other = new Sequential(new Dense(784, 50), new Dense(50, 10));
        Assert.That(() => other.Load(folder["model.safetensors"]), Throws.TypeOf<InvalidDataException>()
            .With.Message.Contains("reshaped: 0.weight is (784, 50) in the model, but (784, 100) in the file")
            .And.Message.Contains("missing: 1.weight (50, 10)").And.Message.Contains("unexpected: 3.weight (100, 10)"));
        Assert.That(other.Parameters.Any(parameter => parameter.HasValues), Is.False, "nothing changes unless everything fits");
    }

    [Test]
    public void A_cut_off_file_is_refused()
    {
        var dense = new Dense(3, 2);
        dense.Weight.Set(new float[6]);
        dense.Bias!.Set(new float[2]);
        dense.Save(folder["model.safetensors"]);
        File.WriteAllBytes(folder["short.safetensors"], File.ReadAllBytes(folder["model.safetensors"])[..^5]);
        Assert.That(() => new Dense(3, 2).Load(folder["short.safetensors"]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("cut off"));
    }

    [Test]
    public void A_model_without_values_cannot_be_saved() =>
        Assert.That(() => Model().Save(folder["model.safetensors"]), Throws.TypeOf<InvalidOperationException>().With.Message.Contains("no values yet"));

    private sealed class Gated : Layer
    {
        private readonly Dense value, gate;

        public Gated()
        {
            value = Use("value", new Dense(3, 2));
            gate = Use("gate", new Dense(3, 2));
        }

        public override Tensor Forward(Tensor x) => value.Forward(x) * gate.Forward(x).Sigmoid();
    }
}
