using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Initial values: their variance, orthogonality and edge cases, and what they do to a deep network.</summary>
[Notes("1.2.3", "Initialising parameters")]
public sealed class InitTests
{
    private static float[] Draw(Init init, Shape shape, ulong seed = 5)
    {
        var values = new float[shape.Elements];
        init.Fill(values, shape, new Philox(seed));
        return values;
    }

    private static double Variance(float[] values)
    {
        var mean = values.Average(value => (double)value);
        return values.Average(value => (value - mean) * (value - mean));
    }

    private static IEnumerable<TestCaseData> Variances()
    {
        Shape matrix = [200, 300], window = [64, 32, 3, 5];
        yield return Case(nameof(Inits.GlorotUniform), Inits.GlorotUniform, matrix, 2.0 / 500);
        yield return Case(nameof(Inits.GlorotNormal), Inits.GlorotNormal, matrix, 2.0 / 500);
        yield return Case(nameof(Inits.HeUniform), Inits.HeUniform, matrix, 2.0 / 200);
        yield return Case(nameof(Inits.HeNormal), Inits.HeNormal, matrix, 2.0 / 200);
        yield return Case(nameof(Inits.LeCunNormal), Inits.LeCunNormal, matrix, 1.0 / 200);
        yield return Case("HeNormal of a window", Inits.HeNormal, window, 2.0 / (32 * 15));
        yield return Case("GlorotUniform of a window", Inits.GlorotUniform, window, 2.0 / ((32 + 64) * 15));
        yield return Case("Normal", Inits.Normal(0.3f), matrix, 0.09);
        yield return Case("Uniform", Inits.Uniform(-1, 2), matrix, 0.75);

        static TestCaseData Case(string name, Init init, Shape shape, double variance) => new TestCaseData(init, shape, variance).SetArgDisplayNames(name);
    }

    // The standard error of a normal sample's variance is sqrt(2 / n) of it; a uniform one's is smaller.
    [TestCaseSource(nameof(Variances))]
    public void The_variance_is_that_of_the_formula(Init init, Shape shape, double variance) =>
        Assert.That(Variance(Draw(init, shape)), Is.EqualTo(variance).Within(5 * Math.Sqrt(2.0 / shape.Elements) * variance));

    [Test]
    public void Uniform_values_stay_within_their_bound()
    {
        var bound = Math.Sqrt(6.0 / 50);
        Assert.That(Draw(Inits.GlorotUniform, [20, 30]).Max(Math.Abs), Is.LessThanOrEqualTo((float)bound).And.GreaterThan(0.9 * bound));
    }

    [TestCase(6, 6)]
    [TestCase(9, 4)]
    [TestCase(4, 9)]
    [TestCase(1, 5)]
    public void Orthogonal_values_are_orthogonal_along_the_shorter_side(int rows, int columns)
    {
        var values = Draw(Inits.Orthogonal(2), [rows, columns]);
        var (few, many, along, across) = rows <= columns ? (rows, columns, columns, 1) : (columns, rows, 1, columns);
        for (var a = 0; a < few; a++)
            for (var b = 0; b < few; b++)
            {
                var product = Enumerable.Range(0, many).Sum(i => (double)values[a * along + i * across] * values[b * along + i * across]);
                Assert.That(product, Is.EqualTo(a == b ? 4 : 0).Within(1e-5));
            }
    }

    [Test]
    public void Orthogonal_windows_are_rows_of_outputs()
    {
        var values = Draw(Inits.Orthogonal(), [3, 2, 2, 2]);
        Assert.That(Enumerable.Range(0, 8).Sum(i => values[i] * values[8 + i]), Is.Zero.Within(1e-5));
    }

    [Test]
    public void Edge_cases_are_no_trap()
    {
        Assert.That(Draw(Inits.HeNormal, [0, 4]), Is.Empty);
        Assert.That(Draw(Inits.Orthogonal(), [0, 4]), Is.Empty);
        Assert.That(Draw(Inits.GlorotUniform, [7]).Select(float.IsFinite), Is.All.True);
        Assert.That(Draw(Inits.Values(1, 2), [2]), Is.EqualTo(new[] { 1f, 2f }));
        Assert.That(() => Draw(Inits.Values(1, 2), [3]), Throws.TypeOf<ShapeException>());
        Assert.That(() => Draw(Inits.Orthogonal(), [3]), Throws.TypeOf<ShapeException>().With.Message.Contains("(3)"));
        Assert.That(() => Inits.Normal(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Inits.Uniform(1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Weights_depend_on_seed_and_path_alone()
    {
        float[] First(ulong seed, string name)
        {
            using var device = Device.On(new HostRoute(1));
            device.Parameters.Seed = seed;
            var parameter = new Parameter(name, [4], Inits.Normal());
            device.Compile(graph => parameter.Sum()).Run();
            return parameter.ToArray();
        }

        Assert.That(First(1, "a"), Is.EqualTo(First(1, "a")));
        Assert.That(First(1, "a"), Is.Not.EqualTo(First(2, "a")));
        Assert.That(First(1, "a"), Is.Not.EqualTo(First(1, "b")));
    }

    /// <summary>Mean squares of the numbers behind each of 30 layers of rectified units, over that before them: the mean over networks.</summary>
    private static double[] Gains(Init init)
    {
        const int Layers = 30, Width = 256, Batch = 32, Networks = 8;
        using var device = Device.On(new HostRoute(1));
        var gains = new double[Layers];
        for (var network = 0; network < Networks; network++)
        {
            device.Parameters.Seed = (ulong)network;
            var layers = new Sequential([.. Enumerable.Range(0, Layers).Select(_ => new Dense(Width, Width, bias: false, init: init))]).Parts;
            var squares = device.Compile(graph =>
            {
                var x = graph.Normal([Batch, Width]);
                var before = x.Square().Mean();
                return [.. layers.Select(layer => (x = layer.Apply(x).Relu()).Square().Mean() / before)];
            }).Run();
            for (var layer = 0; layer < Layers; layer++)
                gains[layer] += squares[layer].Scalar() / (double)Networks;
        }
        return gains;
    }

    // The mean square behind a ReLU is half that before it, which the factor 2 of He makes up for. A network of width 256 strays from
    // the mean over all networks by a factor of about exp(sqrt(5 * 30 / 256)) = 2.1, the mean of eight by 1.3.
    [Test]
    public void He_keeps_the_size_through_30_rectified_layers_and_Glorot_halves_it_at_each()
    {
        Assert.That(Gains(Inits.HeNormal), Is.All.InRange(0.5, 2));
        Assert.That(Gains(Inits.GlorotNormal).Select((gain, layer) => gain * Math.Pow(2, layer + 1)), Is.All.InRange(0.5, 2), "2^-30 at the last");
    }

    [Test]
    public void Equal_initial_weights_keep_hidden_units_identical()
    {
        using var device = Device.On(new HostRoute(1));
        var hidden = new Dense(2, 3, init: Inits.Constant(0.3f));
        var model = new Sequential(hidden, new Tanh(), new Dense(3, 1, init: Inits.Constant(-0.2f)));
        new Trainer(device, model, Loss.MeanSquared, new Adam(0.05f)).Fit(Xor.Numbers, null, epochs: 50, batch: 2);
        var weights = hidden.Weight.ToArray();
        Assert.That(weights[..3], Is.All.EqualTo(weights[0]));
        Assert.That(weights[3..], Is.All.EqualTo(weights[3]));
        Assert.That(weights[0], Is.Not.EqualTo(0.3f));
    }

    [Test]
    public void Chrono_biases_give_memories_of_every_length_up_to_the_longest()
    {
        const int longest = 100, units = 4000;
        var values = Draw(Inits.Chrono(longest, keeps: 1, takes: 0), [4, units]);
        var lengths = values[units..(2 * units)].Select(bias => Math.Exp(bias)).ToArray();
        Assert.That(lengths, Is.All.InRange(0.999, longest - 1));
        Assert.That(lengths.Average(), Is.EqualTo(longest / 2.0).Within(2), "uniform from 1 to 99");
        Assert.That(values[..units], Is.EqualTo(values[units..(2 * units)].Select(bias => -bias)), "what is kept is not taken in");
        Assert.That(values[(2 * units)..], Is.All.Zero);
        Assert.That(() => Inits.Chrono(1, 1, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("2 steps or more"));
    }
}
