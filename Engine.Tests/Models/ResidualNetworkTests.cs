namespace GpuNN.Tests;

/// <summary>The residual network: its size in the paper's own form, its shapes, and that it learns and keeps its bits.</summary>
public sealed class ResidualNetworkTests
{
    private static readonly int[] threads = [1, 3];

    [Test]
    public void It_has_the_parameters_of_the_twenty_layer_network() =>
        Assert.That(new ResidualNetwork().ParameterCount, Is.EqualTo(272_474));

    [TestCase(3, 20)]
    [TestCase(1, 8)]
    public void Its_layers_are_counted(int blocks, int layers)
    {
        var weights = new ResidualNetwork(blocks: blocks).Parameters.Count(parameter => parameter.Shape.Rank is 2 or 4 && parameter.Shape.Last != 1);
        Assert.That(weights, Is.EqualTo(layers), "convolutions and dense layers, without those of the shortcuts");
    }

    [Test]
    public void Images_of_any_size_give_a_row_of_logits() => Assert.Multiple(() =>
    {
        Assert.That(new ResidualNetwork(channels: 3, classes: 7).OutputShape([3, 32, 32]), Is.EqualTo(Shape.Of(7)));
        Assert.That(new ResidualNetwork(channels: 1, classes: 2, blocks: 1).OutputShape([1, 9, 13]), Is.EqualTo(Shape.Of(2)));
        Assert.That(() => new ResidualNetwork(blocks: 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one block"));
    });

    [Test]
    public void A_few_steps_lower_the_loss_with_the_same_bits_on_any_threads()
    {
        var runs = threads.Select(Train).ToArray();
        Assert.That(runs[0][^1], Is.LessThan(0.7f * runs[0][0]));
        Assert.That(runs[1], Is.EqualTo(runs[0]));
    }

    private static float[] Train(int threads)
    {
        const int batch = 8;
        using var device = Device.On(new Kernels.HostRoute(threads));
        var model = new ResidualNetwork(channels: 2, classes: 3, blocks: 1, width: 4);
        var step = device.Compile(graph =>
        {
            var loss = Loss.SoftmaxCrossEntropy.Of(model.Apply(graph.Input("x", [batch, 2, 8, 8])), graph.Labels("y", [batch], 3));
            graph.Minimise(loss, model.Parameters, new Momentum(0.05f));
            return loss;
        });
        var x = Numbers.Uniform(batch * 2 * 8 * 8);
        var y = Numbers.Integers(batch, 3).Select(label => (int)label).ToArray();
        return [.. Enumerable.Range(0, 20).Select(_ => step.Run(x, y)[0].Scalar())];
    }
}
