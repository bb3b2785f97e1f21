using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>What shifts and quarter turns do to layers: convolutions follow shifts, those over p4 also turns.</summary>
[Notes("9.1.2", "Invariance of convolutional layers")]
public sealed class EquivarianceTests
{
    private static readonly Shape item = [2, 13, 16];

    [Test]
    public void A_convolution_of_a_shifted_image_is_the_shifted_convolution([Values(16, 8, 4)] int lanes)
    {
        using var device = Device.On(new HostRoute(2, lanes));
        var images = Numbers.Uniform(3 * (int)item.Elements);
        foreach (var shift in new Extent[] { (1, 0), (0, 1), (2, 3), (-1, 2), (-3, -3) })
        {
            Assert.That(Equivariance.Check(device, new Conv2D(2, 5, 3, Padding.Same), images, item, shift, margin: 1), Is.Zero);
            Assert.That(Equivariance.Check(device, new Conv2D(2, 5, 5), images, item, shift, margin: 0), Is.Zero);
            Assert.That(Equivariance.Check(device, new Conv2D(2, 4, 3, 2, dilation: 2, groups: 2), images, item, shift, margin: 2), Is.Zero);
            Assert.That(Equivariance.Check(device, new GroupConvP4(2, 3, 3, 1, lifting: true), images, item, shift, margin: 1), Is.Zero);
        }
        Assert.That(Equivariance.Check(device, new Conv2D(2, 5, 3, 1, stride: 2), images, item, (1, 1), margin: 1, stride: 2), Is.Zero);
        Assert.That(Equivariance.Check(device, new Sequential(new Conv2D(2, 5, 3), new Tanh(), new MaxPool2D(2)), images, item, (1, 2), margin: 0, stride: 2), Is.Zero);
    }

    [Test]
    public void Others_do_not_follow()
    {
        using var device = Device.On(new HostRoute(2));
        var images = Numbers.Uniform((int)item.Elements);
        Assert.That(Equivariance.Check(device, new LocallyConnected2D(2, 5, (13, 16), 3), images, item, (1, 0), margin: 0), Is.GreaterThan(0.1f));
        Assert.That(Equivariance.Check(device, new Conv2D(2, 5, 3, Padding.Same), images, item, (1, 0), margin: 0), Is.GreaterThan(0.01f), "at the border");
        Assert.That(Equivariance.Check(device, new Conv2D(2, 5, 3, 1, stride: 2), images, item, (1, 0), margin: 1), Is.GreaterThan(0.1f), "half a stride");
        Assert.That(() => Equivariance.Check(device, new Conv2D(2, 5, 3), images, item, (6, 0), margin: 3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(
            "Equivariance: needs results in the interior, but of 11 x 14 none is left by a shift of 6x0 and a margin of 3.\nTake larger images, or less of both."));
        Assert.That(() => Equivariance.Check(device, new Conv2D(2, 5, 3), images, [16, 13], (1, 0), 1), Throws.TypeOf<ShapeException>().With.Message.Contains("needs images of a shape"));
        Assert.That(() => Equivariance.Check(device, new GlobalMaxPool(), images, item, (1, 0), 1), Throws.TypeOf<ShapeException>().With.Message.Contains("needs a layer that makes images"));
    }

    [Test]
    public void A_quarter_turn_moves_the_turns_of_the_results_on_by_one()
    {
        using var device = Device.On(new HostRoute(2));
        // Small whole numbers have sums without rounding, so that their order, which a turn changes, is all one.
        Whole(Stack(out var layers), layers);
        var (y, turned) = Both(device, layers, Numbers.Integers(2 * 2 * 49, 9).Select(v => v - 4f).ToArray());
        Assert.That(turned, Is.EqualTo(y));
        Assert.That(y.Distinct().Count(), Is.GreaterThan(100));
    }

    [Test]
    public void And_so_it_is_with_real_numbers()
    {
        using var device = Device.On(new HostRoute(2));
        Stack(out var layers);
        var (y, turned) = Both(device, layers, Numbers.Uniform(2 * 2 * 49));
        OperationCheck.Close(turned, [.. y.Select(v => (double)v)], 1e-6, "turned");
    }

    [Test]
    public void With_the_greatest_turn_and_pixel_at_its_end_a_quarter_turn_does_not_matter()
    {
        using var device = Device.On(new HostRoute(2));
        var model = Stack(out _);
        var plain = new Sequential(new Conv2D(2, 3, 3, 1), new Relu(), new Conv2D(3, 4, 3));
        var results = device.Compile(graph =>
        {
            var x = graph.Input("x", [graph.Batch, 2, 7, 7]);
            Tensor Pooled(Tensor of) => of.Reshape([of.Shape[0], of.Shape[1], of.Shape.From(2)]).Max(2);
            return [Pooled(model.Apply(x)), Pooled(model.Apply(x.Turn(1))), Pooled(plain.Apply(x)), Pooled(plain.Apply(x.Turn(1)))];
        }).Run([Feed.Of("x", Numbers.Uniform(2 * 98), [2, 2, 7, 7])]);
        Assert.That(results[1].ToArray(), Is.EqualTo(results[0].ToArray()).Within(1e-6));
        Assert.That(results[3].ToArray(), Is.Not.EqualTo(results[2].ToArray()).Within(1e-3));
    }

    [Test]
    public void It_is_four_convolutions_with_turned_filters()
    {
        using var device = Device.On(new HostRoute(1));
        var layer = new GroupConvP4(1, 1, 2, lifting: true);
        layer.Weight.Set([1, 2, 3, 4]);
        layer.Bias!.Set([10]);
        var y = device.Compile(graph => layer.Apply(graph.Input("x", [graph.Batch, 1, 2, 2]))).Run([Feed.Of("x", new float[] { 1, 10, 100, 1000 }, [1, 1, 2, 2])])[0];
        Assert.That(y.ToArray(), Is.EqualTo(new float[] { 4331, 3152, 1244, 2423 }), "1 2 3 4, then 2 4 1 3, 4 3 2 1 and 3 1 4 2, and the bias");
        Assert.That(y.Shape, Is.EqualTo(Shape.Of(1, 1, 4, 1, 1)));
    }

    [Test]
    public void Shapes_parameters_and_messages() => Assert.Multiple(() =>
    {
        var (first, second) = (new GroupConvP4(3, 10, 3, 1, lifting: true), new GroupConvP4(10, 6, 3));
        Assert.That(first.ParameterCount, Is.EqualTo(10 * 3 * 9 + 10));
        Assert.That(second.ParameterCount, Is.EqualTo(6 * 10 * 4 * 9 + 6));
        Assert.That(new Sequential(first, new Relu(), second).OutputShape([3, 9, 8]), Is.EqualTo(Shape.Of(6, 4, 7, 6)));
        Assert.That(first.ToString(), Is.EqualTo("GroupConvP4(3 -> 10, 3, padding 1, lifting)"));
        Assert.That(() => second.OutputShape([10, 9, 8]), Throws.TypeOf<ShapeException>().With.Message.Contains("needs images in four turns (batch, 10, 4, height, width)")
            .And.Message.Contains("The first layer of a network is a lifting one, and no other."));
        Assert.That(() => first.OutputShape([3, 4, 9, 8]), Throws.TypeOf<ShapeException>().With.Message.Contains("needs images (batch, 3, height, width)"));
        Assert.That(() => new GroupConvP4(3, 0, 3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("GroupConvP4: needs at least one"));
    });

    private static Sequential Stack(out Layer[] layers)
    {
        layers = [new GroupConvP4(2, 3, 3, 1, lifting: true), new Relu(), new GroupConvP4(3, 4, 3)];
        return new Sequential(layers);
    }

    private static void Whole(Layer model, Layer[] layers)
    {
        Assert.That(model.Parameters.Count(), Is.EqualTo(2 * layers.OfType<GroupConvP4>().Count()));
        var seed = 3;
        foreach (var parameter in model.Parameters)
            parameter.Set([.. Numbers.Integers((int)parameter.Shape.Elements, 7, seed++).Select(v => v - 3f)]);
    }

    /// <summary>The results, turned and moved on by one turn, and the results of the turned images.</summary>
    private static (float[] Moved, float[] OfTurned) Both(Device device, Layer[] layers, float[] images)
    {
        var results = device.Compile(graph =>
        {
            var x = graph.Input("x", [graph.Batch, 2, 7, 7]);
            Tensor Run(Tensor of) => layers.Aggregate(of, (h, layer) => layer.Apply(h));
            var y = Run(x).Turn(1);
            return [Slicing.Concatenate(2, y.Slice(2, 3, 1), y.Slice(2, 0, 3)), Run(x.Turn(1))];
        }).Run([Feed.Of("x", images, [2, 2, 7, 7])]);
        return (results[0].ToArray(), results[1].ToArray());
    }
}
