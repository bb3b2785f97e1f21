using GpuNN.Kernels;
using MathNet.Numerics.LinearAlgebra;

namespace GpuNN.Tests;

/// <summary>Penalties: their values and gradients, the ridge solution, whom they touch, and a reported loss that knows nothing of them.</summary>
public sealed class PenaltyTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    private static float[] Waves(int count, double step) => [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(step * (i + 1)))];

    private static IEnumerable<TestCaseData> Measures()
    {
        yield return new TestCaseData(new L1(0.3f), (double w) => 0.3 * Math.Abs(w), (double w) => 0.3 * Math.Sign(w)).SetArgDisplayNames("L1");
        yield return new TestCaseData(new L2(0.3f), (double w) => 0.15 * w * w, (double w) => 0.3 * w).SetArgDisplayNames("L2");
    }

    [TestCaseSource(nameof(Measures))]
    public void Value_and_gradient_agree_with_double_precision(Penalty penalty, Func<double, double> value, Func<double, double> slope)
    {
        float[] numbers = [0, 1, -2, 0.25f, -1e-3f, 7];
        Parameter weight = new("weight", [2, 3], Inits.Values(numbers)), bias = new("bias", [3], Inits.Constant(5));
        var results = device.Compile(graph =>
        {
            var sum = penalty.Of([weight, bias]);
            return [sum, .. graph.Gradients(sum, [weight, bias])];
        }).Run();
        Assert.That(results[0].Scalar(), Is.EqualTo(numbers.Sum(w => value(w))).Within(1e-6));
        Assert.That(results[1].ToArray(), Is.EqualTo(numbers.Select(w => slope(w))).Within(1e-6));
        Assert.That(results[2].ToArray(), Is.All.Zero, "a bias is no weight");
    }

    // The minimum of 1 / (2 m) |X w + b - y|^2 + lambda / 2 |w|^2 solves ([X 1]^T [X 1] + m lambda diag(1, ..., 1, 0)) [w b] = [X 1]^T y.
    [Test, Notes("2.1.3", "L2 regularisation")]
    public void A_linear_unit_converges_to_the_ridge_solution()
    {
        const int Count = 40, Inputs = 5;
        const float Lambda = 0.2f;
        float[] x = Waves(Count * Inputs, 1.7), y = [.. Waves(Count, 0.9).Select(value => 3 * value + 2)];
        var design = Matrix<double>.Build.Dense(Count, Inputs + 1, (row, c) => c < Inputs ? x[row * Inputs + c] : 1);
        var pull = Matrix<double>.Build.Diagonal(Inputs + 1, Inputs + 1, c => c < Inputs ? Count * (double)Lambda : 0);
        var wanted = (design.TransposeThisAndMultiply(design) + pull).Solve(design.TransposeThisAndMultiply(Vector<double>.Build.Dense(Count, row => y[row])));

        var dense = new Dense(Inputs, 1);
        new Trainer(device, dense, Loss.HalfSquared, new Sgd(0.5f)) { Penalties = [new L2(Lambda)] }
            .Fit(DataSet.WithTargets(x, [Inputs], y, [1]), null, epochs: 300, batch: Count);
        Assert.That(dense.Weight.ToArray().Concat(dense.Bias!.ToArray()), Is.EqualTo(wanted).Within(1e-4));
    }

    [Test, Notes("2.1.3", "L2 regularisation")]
    public void Each_layer_may_have_a_strength_of_its_own()
    {
        Dense first = new(3, 2, init: Inits.Ones), second = new(2, 1, init: Inits.Ones);
        var model = new Sequential(first, second);
        Penalty[] penalties = [new L2(0.5f) { On = ParameterChoice.WeightsOf(first) }, new L1(0.25f) { On = ParameterChoice.Of(second.Bias!) }];
        second.Bias!.Set([-1]);
        var gradients = device.Compile(graph => graph.Gradients(penalties[0].Of(model.Parameters) + penalties[1].Of(model.Parameters), model.Parameters)).Run();
        Assert.That(gradients[0].ToArray(), Is.All.EqualTo(0.5f));
        Assert.That(gradients[1].ToArray().Concat(gradients[2].ToArray()), Is.All.Zero);
        Assert.That(gradients[3].ToArray(), Is.All.EqualTo(-0.25f));
    }

    [Test]
    public void The_reported_loss_is_without_penalties()
    {
        var dense = new Dense(2, 1, init: Inits.Ones);
        var set = DataSet.WithTargets(Waves(12, 1.3), [2], Waves(6, 2.1), [1]);
        var trainer = new Trainer(device, dense, Loss.MeanSquared, new Sgd(1e-30f)) { Penalties = [new L2(100)] };
        Assert.That(trainer.Fit(set, null, epochs: 1, batch: 6).Last.Training.Loss, Is.EqualTo(trainer.Evaluate(set).Loss).Within(1e-6));
    }

    [Test]
    public void A_layer_adds_the_size_of_its_activations_in_training_alone()
    {
        const float Rate = 0.1f, Strength = 0.5f;
        float[] x = [1, 2, 3], y = [0, 1, 5];
        var dense = new Dense(1, 1, bias: false, init: Inits.Ones);
        var model = new Sequential(dense, new Activity(Strength));
        new Trainer(device, model, Loss.HalfSquared, new Sgd(Rate)).Fit(DataSet.WithTargets(x, [1], y, [1]), null, epochs: 1, batch: 3);
        // The loss pulls by the mean of x (x w - y), the activity x w by the mean of x.
        var slope = x.Zip(y, (a, b) => a * (a - b)).Average() + Strength * x.Average();
        Assert.That(dense.Weight.ToArray()[0], Is.EqualTo(1 - Rate * slope).Within(1e-6));

        float Penalties(bool training) => device.Compile(graph =>
        {
            model.Apply(graph.Input("x", [graph.Batch, 1]));
            return graph.Penalties * 1f;
        }, training: training).Run(x)[0].Scalar();
        Assert.That(Penalties(training: true), Is.EqualTo(Strength * dense.Weight.ToArray()[0] * x.Average()).Within(1e-6));
        Assert.That(Penalties(training: false), Is.Zero);
    }

    [Test]
    public void More_than_one_number_is_refused() => Assert.That(
        () => device.Compile(graph => graph.Penalise(graph.Input("x", [3]))).Run(new float[3]),
        Throws.TypeOf<ShapeException>().With.Message.EqualTo("Penalise: needs one number, but got (3).\nReduce it with Sum() or Mean() first."));

    [TestCase(-1e-3f)]
    [TestCase(float.NaN)]
    public void A_strength_below_zero_is_refused(float lambda)
    {
        Assert.That(() => new L1(lambda), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("L1: the strength"));
        Assert.That(() => new L2(lambda), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("L2: the strength"));
    }

    [Test]
    public void A_layer_of_another_model_is_refused()
    {
        var model = new Sequential(new Dense(2, 1));
        var penalty = new L2(1) { On = ParameterChoice.WeightsOf(new Dense(3, 4)) };
        Assert.That(() => penalty.Of(model.Parameters), Throws.ArgumentException.With.Message.EqualTo(
            "L2: needs a parameter to act on, but the weights of Dense(3 -> 4) are none of the 2 parameters of this training.\nChoose layers or parameters of the model that is trained."));
    }

    [Test]
    public void What_is_frozen_is_not_penalised()
    {
        var dense = new Dense(2, 1);
        dense.Weight.Trainable = false;
        Assert.That(((Constant)new L2(1).Of(dense.Parameters)).Value, Is.Zero);
    }

    private sealed class Activity(float strength) : Layer
    {
        public override Tensor Forward(Tensor x)
        {
            Graph.Current.Penalise(strength * x.Mean());
            return x;
        }
    }
}
