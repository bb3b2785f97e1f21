using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>L1 finds the few inputs that matter among many: 5 of 200, from 100 samples.</summary>
[Notes("4.2.3", "Curse of dimensionality"), Notes("2.1.4", "Sparse networks")]
public sealed class SparseRegressionTests
{
    private const int Count = 100, Inputs = 200, True = 5;
    private const float Lambda = 0.15f, Noise = 0.5f;

    private static DataSet Draw(ulong seed)
    {
        var (x, y) = (new float[Count * Inputs], new float[Count]);
        for (var row = 0; row < Count; row++)
        {
            var random = new Philox(Streams.Key(seed, "sparse regression"), (ulong)row);
            for (var c = 0; c < Inputs; c++)
                x[row * Inputs + c] = random.NextNormal();
            // Weights 1, -1.5, 2, -2.5 and 3 for the inputs 0, 40, 80, 120 and 160.
            y[row] = Noise * random.NextNormal() + Enumerable.Range(0, True).Sum(i => (1 + i / 2f) * (i % 2 == 0 ? 1 : -1) * x[row * Inputs + i * Inputs / True]);
        }
        return DataSet.WithTargets(x, [Inputs], y, [1]);
    }

    private static float[] Learn(DataSet data, IReadOnlyList<Penalty> penalties, IReadOnlyList<Constraint> constraints)
    {
        using var device = Device.On(new HostRoute(1));
        var unit = new Dense(Inputs, 1, bias: false, init: Inits.Zeros);
        new Trainer(device, unit, Loss.HalfSquared, new Sgd(0.1f)) { Penalties = penalties, Constraints = constraints }.Fit(data, null, epochs: 2000, batch: Count);
        return unit.Weight.ToArray();
    }

    [Test]
    public void A_proximal_step_keeps_the_true_inputs_and_few_others([Values(1UL, 2UL, 3UL)] ulong seed)
    {
        var data = Draw(seed);
        var weights = Learn(data, [], [new SoftThreshold(Lambda)]);
        var kept = Enumerable.Range(0, Inputs).Where(c => weights[c] != 0).ToArray();
        Assert.That(Enumerable.Range(0, True).Select(i => i * Inputs / True), Is.SubsetOf(kept));
        Assert.That(kept, Has.Length.LessThanOrEqualTo(True + 10));

        // It is the minimum of the lasso: the slope of the squared error is lambda against a weight's sign, and less where a weight is 0.
        for (var c = 0; c < Inputs; c++)
        {
            var slope = Enumerable.Range(0, Count).Sum(row => data.Item(row)[c] * (Dot(data.Item(row), weights) - data.Target(row)[0])) / Count;
            if (weights[c] == 0)
                Assert.That(Math.Abs(slope), Is.LessThanOrEqualTo(Lambda + 1e-4), $"input {c}");
            else
                Assert.That(slope, Is.EqualTo(-Lambda * Math.Sign(weights[c])).Within(1e-4), $"input {c}");
        }
    }

    [Test]
    public void A_penalty_alone_makes_no_exact_zeros() =>
        Assert.That(Learn(Draw(1), [new L1(Lambda)], []), Is.All.Not.Zero);

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }
}
