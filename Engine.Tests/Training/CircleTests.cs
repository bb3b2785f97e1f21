using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>
/// A disc in a ring from eight seeds: three tanh units side by side always separate them, layers of two units never do, however many.
/// </summary>
[Notes("1.4.3", "Increasing numbers of dimensions in a unit")]
public sealed class CircleTests
{
    private const int Seeds = 8;
    private const int Steps = 4000;
    private const double Separated = 0.999;

    private static readonly DataPair points = Circles.Draw(train: 400, test: 2000);

    [Test]
    public void Three_units_separate_them_from_every_seed() =>
        Assert.That(Enumerable.Range(1, Seeds).Select(seed => Accuracy(seed, 3)), Is.All.AtLeast(Separated));

    [Test]
    public void Layers_of_two_units_do_not_from_any_seed([Values(1, 2, 4)] int layers) =>
        Assert.That(Enumerable.Range(1, Seeds).Select(seed => Accuracy(seed, [.. Enumerable.Repeat(2, layers)])), Is.All.LessThan(Separated));

    private static double Accuracy(int seed, params int[] widths)
    {
        using var device = Device.On(new HostRoute(1));
        device.Parameters.Seed = (ulong)seed;
        var model = new Sequential([
            .. widths.SelectMany((width, i) => new Layer[] { new Dense(i == 0 ? 2 : widths[i - 1], width), new Tanh() }), new Dense(widths[^1], 2)]);
        var adam = new Adam(0.01f);
        var step = device.Compile(graph =>
        {
            var loss = Loss.SoftmaxCrossEntropy.Of(model.Apply(graph.Input("x")), graph.Labels("labels", [graph.Batch], classes: 2));
            graph.Minimise(loss, model.Parameters, adam);
            return loss;
        });
        var (train, test) = (points.Train, points.Test);
        step.Run(Feed.Of("x", train.Inputs.ToArray(), [train.Count, 2]), Feed.Of("labels", train.Labels.ToArray(), [train.Count]));
        for (var time = 1; time < Steps; time++)
            step.Run();
        var logits = device.Compile(graph => model.Apply(graph.Input("x")), training: false).Run(Feed.Of("x", test.Inputs.ToArray(), [test.Count, 2]))[0].ToArray();
        return Enumerable.Range(0, test.Count).Count(row => (logits[2 * row + 1] > logits[2 * row] ? 1 : 0) == test.Labels.Span[row]) / (double)test.Count;
    }
}
