using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>
/// A perceptron with one hidden layer against double precision: values, and gradients against the delta rule written out by
/// hand and against central differences.
/// </summary>
[Notes("1.1", "Forward pass through a multi-layer perceptron"), Notes("1.1.1", "Hidden layers"), Notes("1.2.2", "Calculating delta values")]
public sealed class DenseTests
{
    private const int Batch = 3, Inputs = 5, Hidden = 7, Outputs = 2;

    private static float[] Numbers(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(seed + 2.3f * i))];

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

    private static double[] Layer(double[] x, double[] w, double[] b, int inputs, int outputs) => [.. Enumerable.Range(0, x.Length / inputs * outputs)
        .Select(i => b[i % outputs] + Enumerable.Range(0, inputs).Sum(k => x[i / outputs * inputs + k] * w[k * outputs + i % outputs]))];

    private static double LossOf(double[] x, double[][] p, double[] y) =>
        Layer([.. Layer(x, p[0], p[1], Inputs, Hidden).Select(Math.Tanh)], p[2], p[3], Hidden, Outputs).Zip(y, (a, t) => (a - t) * (a - t) / 2).Sum() / y.Length;

    [Test]
    public void Values_and_gradients_agree_with_double_precision()
    {
        using var device = Device.On(new HostRoute(2));
        var (first, second) = (new Dense(Inputs, Hidden), new Dense(Hidden, Outputs));
        var model = new Sequential(first, new Tanh(), second);
        var (x, y) = (Numbers(Batch * Inputs, 1), Numbers(Batch * Outputs, 2));
        var function = device.Compile(graph =>
        {
            var prediction = model.Apply(graph.Input("x", [graph.Batch, Inputs]));
            var loss = Loss.HalfSquared.Of(prediction, graph.Input("y", [graph.Batch, Outputs]));
            return [loss, prediction, .. graph.Gradients(loss, model.Parameters)];
        });
        Parameter[] parameters = [first.Weight, first.Bias!, second.Weight, second.Bias!];
        foreach (var (parameter, i) in parameters.Select((parameter, i) => (parameter, i)))
            parameter.Set(Numbers((int)parameter.Shape.Elements, 3 + i));
        var results = function.Run(x, y);
        double[][] p = [.. parameters.Select(parameter => Doubles(parameter.ToArray()))];

        var hidden = Layer(Doubles(x), p[0], p[1], Inputs, Hidden).Select(Math.Tanh).ToArray();
        Assert.That(results[1].ToArray(), Is.EqualTo(Layer(hidden, p[2], p[3], Hidden, Outputs)).Within(1e-5));
        Assert.That(results[0].Scalar(), Is.EqualTo(LossOf(Doubles(x), p, Doubles(y))).Within(1e-5));

        // The notes' deltas: at the outputs (a - y) / m, at a hidden unit f'(z) times the deltas behind it through their weights.
        var delta = results[1].ToArray().Zip(y, (a, t) => (a - (double)t) / y.Length).ToArray();
        for (var j = 0; j < Hidden; j++)
            for (var k = 0; k < Outputs; k++)
                Assert.That(results[4].ToArray()[j * Outputs + k], Is.EqualTo(Enumerable.Range(0, Batch).Sum(row => hidden[row * Hidden + j] * delta[row * Outputs + k])).Within(1e-5));
        for (var j = 0; j < Hidden; j++)
            Assert.That(results[3].ToArray()[j], Is.EqualTo(Enumerable.Range(0, Batch).Sum(row => (1 - Math.Pow(hidden[row * Hidden + j], 2))
                * Enumerable.Range(0, Outputs).Sum(k => delta[row * Outputs + k] * p[2][j * Outputs + k]))).Within(1e-5));

        const double H = 1e-5;
        for (var which = 0; which < 4; which++)
            for (var i = 0; i < p[which].Length; i++)
            {
                var kept = p[which][i];
                p[which][i] = kept + H;
                var up = LossOf(Doubles(x), p, Doubles(y));
                p[which][i] = kept - H;
                var down = LossOf(Doubles(x), p, Doubles(y));
                p[which][i] = kept;
                Assert.That(results[2 + which].ToArray()[i], Is.EqualTo((up - down) / (2 * H)).Within(1e-5), $"{parameters[which].Path}[{i}]");
            }
    }

    [Test, Notes("1.1.4", "Dummies in neural networks")]
    public void A_bias_is_the_weight_of_a_unit_that_is_always_one()
    {
        using var device = Device.On(new HostRoute(1));
        var (biased, augmented) = (new Dense(Inputs, Outputs), new Dense(Inputs + 1, Outputs, bias: false));
        var both = new Sequential(biased);
        biased.Weight.Set(Numbers(Inputs * Outputs, 1));
        biased.Bias!.Set(Numbers(Outputs, 2));
        augmented.Weight.Set([.. biased.Bias.ToArray(), .. biased.Weight.ToArray()]);
        float[] x = Numbers(Batch * Inputs, 3), one = [.. Enumerable.Range(0, Batch).SelectMany(row => new[] { 1f }.Concat(x[(row * Inputs)..((row + 1) * Inputs)]))];
        var y = device.Compile(graph => both.Apply(graph.Input("x", [graph.Batch, Inputs]))).Run(x)[0].ToArray();
        var z = device.Compile(graph => augmented.Apply(graph.Input("x", [graph.Batch, Inputs + 1]))).Run(one)[0].ToArray();
        Assert.That(z, Is.EqualTo(y).Within(1e-6));
    }

    [Test, Notes("1.1.4", "Dummies in neural networks")]
    public void Without_biases_odd_activations_map_nothing_to_nothing()
    {
        using var device = Device.On(new HostRoute(1));
        var model = new Sequential(new Dense(2, 6, bias: false), new Tanh(), new Dense(6, 1, bias: false));
        // Exclusive nor on {0, 1} wants 1 at (0, 0), which no training can give.
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Adam(0.05f)) { Seed = 2 };
        trainer.Fit(DataSet.WithTargets([0, 0, 0, 1, 1, 0, 1, 1], [2], [1, 0, 0, 1], [1]), null, epochs: 50, batch: 4);
        Assert.That(trainer.Predict([0, 0], [2])[0], Is.Zero);
    }

    [Test, Notes("1.1.3", "The activation function of a multi-layer perceptron")]
    public void Sigmoid_and_tanh_are_right_at_both_ends_and_in_between()
    {
        using var device = Device.On(new HostRoute(1));
        float[] z = [-100, -89, -20, -3, -1e-8f, 0, 0.5f, 3, 20, 89, 100];
        var results = device.Compile(graph =>
        {
            var x = graph.Input("x", [graph.Batch]);
            var (s, t) = (new Sigmoid().Apply(x), new Tanh().Apply(x));
            return [s, t, graph.Gradients(s.Sum(), [x])[0], graph.Gradients(t.Sum(), [x])[0], new Sigmoid().Apply(-x), new Identity().Apply(x) * 1.5f];
        }).Run(z);
        for (var i = 0; i < z.Length; i++)
        {
            var s = 1 / (1 + Math.Exp(-(double)z[i]));
            var t = Math.Tanh(z[i]);
            Assert.That(results[0].ToArray()[i], Is.EqualTo(s).Within(1e-6));
            Assert.That(results[1].ToArray()[i], Is.EqualTo(t).Within(1e-6));
            Assert.That(results[2].ToArray()[i], Is.EqualTo(s * (1 - s)).Within(1e-6));
            Assert.That(results[3].ToArray()[i], Is.EqualTo(1 - t * t).Within(1e-6));
            Assert.That(results[0].ToArray()[i] + results[4].ToArray()[i], Is.EqualTo(1f).Within(2.4e-7f));
            Assert.That(results[5].ToArray()[i], Is.EqualTo(1.5f * z[i]));
        }
    }

    [TestCase(0, 3)]
    [TestCase(3, 0)]
    [TestCase(-1, 3)]
    public void A_layer_of_no_units_is_refused(int inputs, int outputs) =>
        Assert.That(() => new Dense(inputs, outputs), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one"));
}
