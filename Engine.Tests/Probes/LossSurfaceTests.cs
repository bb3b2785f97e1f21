using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The loss along lines and over planes of weights: a parabola for a linear model, a barrier between a network and its twin.</summary>
[Notes("4.2.1", "Convexity")]
public sealed class LossSurfaceTests
{
    private const int Units = 6;

    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(2));

    [TearDown]
    public void Close() => device.Dispose();

    private static DataSet Wave()
    {
        float[] x = [.. Enumerable.Range(0, 64).Select(row => row / 31.5f - 1)];
        return DataSet.WithTargets(x, [1], [.. x.Select(value => MathF.Sin(4 * value))], [1]);
    }

    [Test]
    public void Between_a_solution_and_its_twin_with_exchanged_units_lies_a_barrier([Values(1ul, 2ul)] ulong seed)
    {
        var (first, second, set) = (new Dense(1, Units, init: Inits.Normal(2)), new Dense(Units, 1), Wave());
        var model = new Sequential(first, new Tanh(), second);
        new Trainer(device, model, Loss.MeanSquared, new Adam(0.03f)) { Seed = seed }.Fit(set, null, epochs: 150, batch: 64);
        var surface = new LossSurface(device, model, Loss.MeanSquared, set);
        var (solution, loss) = (surface.Weights.Here(), surface.Here());

        // The function of a network stays when the units of a layer change places with all their weights.
        float[] Turned(Parameter parameter) => [.. Enumerable.Range(0, Units).Select(unit => parameter.ToArray()[(unit + 1) % Units])];
        float[] inward = Turned(first.Weight), bias = Turned(first.Bias!), outward = Turned(second.Weight);
        first.Weight.Set(inward);
        first.Bias!.Set(bias);
        second.Weight.Set(outward);
        var twin = surface.Weights.Here();
        Assert.That(surface.Here(), Is.EqualTo(loss).Within(1e-6), "the twin is the same function");

        var line = surface.Line(solution, twin);
        TestContext.Out.WriteLine($"seed {seed}: loss {loss:G3} at both ends, barrier {line.Barrier:G3}");
        Assert.That(line.Losses[0], Is.EqualTo(loss).Within(1e-6));
        Assert.That(line.Losses[^1], Is.EqualTo(loss).Within(1e-6));
        Assert.That(line.Barrier, Is.GreaterThan(0.05).And.GreaterThan(loss));
        Assert.That(surface.Weights.Here(), Is.EqualTo(twin), "the weights are put back");
    }

    // (w x + b - y)^2 is a parabola along any line, so third differences vanish and the loss never rises above the chord.
    [Test]
    public void A_linear_model_has_a_parabola_and_no_barrier()
    {
        var surface = new LossSurface(device, new Dense(1, 1), Loss.MeanSquared, Wave(), batch: 10);
        var line = surface.Line([2, -1], [-3, 4], points: 9, beyond: 0.5);
        Assert.That((line.At[0], line.At[^1]), Is.EqualTo((-0.5, 1.5)));
        Assert.That(line.Barrier, Is.LessThanOrEqualTo(1e-5));
        for (var i = 3; i < line.Losses.Count; i++)
            Assert.That(line.Losses[i] - 3 * line.Losses[i - 1] + 3 * line.Losses[i - 2] - line.Losses[i - 3], Is.Zero.Within(1e-4));
    }

    [Test]
    public void A_plane_holds_the_lines_through_its_centre_and_weights_come_back()
    {
        var set = Wave();
        var model = new Sequential(new Dense(1, Units), new Tanh(), new Dense(Units, 1));
        var surface = new LossSurface(device, model, Loss.MeanSquared, set);
        surface.Here();
        var centre = surface.Weights.Here();
        var (a, b) = (surface.Weights.FilterDirection(1), surface.Weights.FilterDirection(2));
        var plane = surface.Plane(centre, a, b, [-1, 0, 1]);
        float[] Off(float[] direction, int sign) => [.. centre.Zip(direction, (w, d) => w + sign * d)];
        var alongA = surface.Line(Off(a, -1), Off(a, 1), points: 3);
        var alongB = surface.Line(Off(b, -1), Off(b, 1), points: 3);
        Assert.Multiple(() =>
        {
            Assert.That(new[] { plane[0, 1], plane[1, 1], plane[2, 1] }, Is.EqualTo(alongA.Losses).Within(1e-5));
            Assert.That(new[] { plane[1, 0], plane[1, 1], plane[1, 2] }, Is.EqualTo(alongB.Losses).Within(1e-5));
            Assert.That(plane[1, 1], Is.EqualTo(surface.Here()));
            Assert.That(surface.Weights.Here(), Is.EqualTo(centre));
        });
    }

    [Test]
    public void A_direction_has_the_filter_lengths_of_the_model_and_leaves_biases()
    {
        var (dense, conv) = (new Dense(3, 4), new Conv2D(2, 5, kernel: 3));
        var model = new Both(conv, dense);
        device.Compile(graph => model.Apply(graph.Input("x", [graph.Batch, 2, 5, 5])), training: false).Run(new float[2 * 25]);
        var space = new WeightSpace(model);
        var direction = space.FilterDirection(3);
        var parts = space.Parts(direction).ToDictionary(part => part.Parameter, part => part.Part.ToArray());
        static double Length(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));
        static IEnumerable<float> Column(float[] values, int columns, int c) => values.Where((_, i) => i % columns == c);
        Assert.Multiple(() =>
        {
            for (var unit = 0; unit < 4; unit++)
                Assert.That(Length(Column(parts[dense.Weight], 4, unit)), Is.EqualTo(Length(Column(dense.Weight.ToArray(), 4, unit))).Within(1e-5));
            for (var filter = 0; filter < 5; filter++)
                Assert.That(Length(parts[conv.Weight].Skip(18 * filter).Take(18)), Is.EqualTo(Length(conv.Weight.ToArray().Skip(18 * filter).Take(18))).Within(1e-5));
            Assert.That(parts[dense.Bias!], Is.All.Zero);
            Assert.That(space.FilterDirection(3), Is.EqualTo(direction));
            Assert.That(space.FilterDirection(4), Is.Not.EqualTo(direction));
        });
    }

    [Test]
    public void A_filter_is_what_comes_into_a_unit_wherever_it_lies()
    {
        // Weights (inputs, outputs, window): what comes into an output is spread out.
        var layer = new ConvTranspose2D(2, 3, kernel: 2);
        device.Compile(graph => layer.Apply(graph.Input("x", [graph.Batch, 2, 4, 4])), training: false).Run(new float[2 * 16]);
        var space = new WeightSpace(layer);
        var (parameter, part) = space.Parts(space.FilterDirection(5)).Single(part => part.Parameter.IsWeight);
        var (direction, weights) = (part.ToArray(), parameter.ToArray());
        for (var filter = 0; filter < 3; filter++)
        {
            double Length(float[] values) => Math.Sqrt(values.Where((_, i) => i / 4 % 3 == filter).Sum(value => (double)value * value));
            Assert.That(Length(direction), Is.EqualTo(Length(weights)).Within(1e-5).And.GreaterThan(0));
        }
    }

    [Test]
    public void Weights_come_back_after_an_error_too()
    {
        var surface = new LossSurface(device, new Dense(1, 1), Loss.MeanSquared, Wave());
        surface.Here();
        var home = surface.Weights.Here();
        Assert.That(() => surface.Line([1, 2], [1]), Throws.InstanceOf<Exception>());
        Assert.That(surface.Weights.Here(), Is.EqualTo(home));
    }

    [Test]
    public void Frozen_weights_are_no_axis()
    {
        var model = new Dense(1, 1);
        model.Weight.Trainable = false;
        Assert.That(new WeightSpace(model).Size, Is.EqualTo(1));
        model.Bias!.Trainable = false;
        Assert.That(() => new WeightSpace(model), Throws.ArgumentException.With.Message.Contains("Unfreeze"));
    }

    private sealed class Both : Layer
    {
        private readonly Conv2D conv;
        private readonly Dense dense;

        public Both(Conv2D conv, Dense dense) => (this.conv, this.dense) = (Use("conv", conv), Use("dense", dense));

        public override Tensor Forward(Tensor x)
        {
            var y = conv.Apply(x);
            return dense.Apply(y.Reshape([(int)y.Shape.Elements / 3, 3]));
        }
    }
}
