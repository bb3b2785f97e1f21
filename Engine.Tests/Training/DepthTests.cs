using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>What depth and width make learnable: parity, two spirals, and a disc in a ring.</summary>
[Notes("1.4", "Deep neural networks can represent complicated functions")]
public sealed class DepthTests
{
    private Device device = null!;

    [SetUp]
    public void Open()
    {
        device = Device.On(new HostRoute(1));
        device.Parameters.Seed = 1;
    }

    [TearDown]
    public void Close() => device.Dispose();

    [Test, Notes("1.4.1", "More layers allow for more complex functions")]
    public void At_least_9_of_10_seeds_learn_the_parity_of_four_bits_with_four_hidden_units()
    {
        var init = Inits.Uniform(-0.05f, 0.05f);
        Sequential[] models = [.. Enumerable.Range(0, 10).Select(_ => new Sequential(new Dense(4, 4, init: init), new Tanh(), new Dense(4, 1, init: init)))];
        ItemMap signs = (bits, result) =>
        {
            for (var bit = 0; bit < bits.Length; bit++)
                result[bit] = 2 * bits[bit] - 1;
        };
        var rows = Parity.Rows(4).Map(signs).MapTargets(signs);
        FullBatch.Train(device, models, rows, Loss.MeanSquared, rate: 0.01f, steps: 20_000);
        var solved = models.Count(model => new Trainer(device, model, Loss.MeanSquared, new Sgd(1)).Predict(rows)
            .Zip(rows.Targets.ToArray()).All(pair => pair.First * pair.Second > 0));
        Assert.That(solved, Is.AtLeast(9));
    }

    [Test, Notes("1.4.2", "Two hidden layers can map highly complex functions")]
    public void Two_hidden_layers_learn_all_194_points_of_two_spirals()
    {
        var model = new Sequential(new Dense(2, 40), new Tanh(), new Dense(40, 20), new Tanh(), new Dense(20, 2));
        FullBatch.Train(device, [model], Spirals.Train, Loss.SoftmaxCrossEntropy, rate: 0.01f, steps: 2000);
        Assert.That(FullBatch.Accuracies(device, [model], Spirals.Train), Is.All.EqualTo(1));
    }

    // No chain of maps of the plane to itself that neither fold nor glue it takes a disc out of the ring around it.
    [Test, Notes("1.4.3", "Increasing numbers of dimensions in a unit")]
    public void Three_units_take_a_disc_out_of_its_ring_and_two_do_not_in_one_two_or_four_layers()
    {
        const int Seeds = 8;
        const double Separated = 0.999;
        var points = Circles.Draw();
        double[] Learned(params int[] widths)
        {
            Layer[] models = [.. Enumerable.Range(0, Seeds).Select(_ => Chain(widths))];
            FullBatch.Train(device, models, points.Train, Loss.SoftmaxCrossEntropy, rate: 0.01f, steps: 4000);
            return FullBatch.Accuracies(device, models, points.Test);
        }
        Assert.Multiple(() =>
        {
            Assert.That(Learned(3), Is.All.AtLeast(Separated));
            Assert.That(Learned(2), Is.All.LessThan(Separated));
            Assert.That(Learned(2, 2), Is.All.LessThan(Separated));
            Assert.That(Learned(2, 2, 2, 2), Is.All.LessThan(Separated));
        });
    }

    [Test, Notes("1.4.1", "More layers allow for more complex functions")]
    public void A_thousand_layers_are_recorded_and_differentiated()
    {
        var model = new ResidualMlp(2, width: 3, blocks: 499, classes: 2);
        FullBatch.Train(device, [model], Xor.Labels, Loss.SoftmaxCrossEntropy, rate: 1e-3f, steps: 2);
        Assert.That(model.Depth, Is.EqualTo(1000));
        Assert.That(model.Parameters.SelectMany(parameter => parameter.ToArray()).All(float.IsFinite));
    }

    // A unit that is 0 for every sample has no gradient left: nothing changes any more, and nothing breaks.
    [Test]
    public void A_layer_of_dead_units_stays_at_chance_and_finite()
    {
        var hidden = new Dense(2, 2);
        hidden.Bias!.Set([-100, -100]);
        var model = new Sequential(hidden, new Relu(), new Dense(2, 2));
        FullBatch.Train(device, [model], Xor.Labels, Loss.SoftmaxCrossEntropy, rate: 0.01f, steps: 50);
        Assert.That(FullBatch.Accuracies(device, [model], Xor.Labels), Is.All.EqualTo(0.5));
        Assert.That(hidden.Bias!.ToArray(), Is.All.EqualTo(-100f));
    }

    private static Sequential Chain(int[] widths)
    {
        var layers = new List<Layer>();
        var inputs = 2;
        foreach (var width in widths)
        {
            layers.AddRange([new Dense(inputs, width), new Tanh()]);
            inputs = width;
        }
        return new Sequential([.. layers, new Dense(inputs, 2)]);
    }
}
