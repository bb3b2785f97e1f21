using GpuNN.Kernels;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>
/// Second derivatives of a loss: against a closed form, against differences of gradients, and what they say of convexity.
/// </summary>
[Notes("4.2", "Gradient problems"), Notes("4.2.1", "Convexity")]
public sealed class CurvatureTests
{
    private const int Samples = 30;
    private const int Inputs = 4;

    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(2));

    [TearDown]
    public void Close() => device.Dispose();

    private static DataSet Regression()
    {
        var stream = new Philox(8);
        float[] inputs = [.. Enumerable.Range(0, Samples * Inputs).Select(_ => stream.NextNormal())];
        return DataSet.WithTargets(inputs, [Inputs], [.. Enumerable.Range(0, Samples).Select(row => inputs[row * Inputs] - MathF.Abs(inputs[row * Inputs + 1]))], [1]);
    }

    private static DataSet Labelled()
    {
        var set = Regression();
        return DataSet.WithLabels([.. set.Inputs.Span], [Inputs], [.. Enumerable.Range(0, Samples).Select(row => set.Targets.Span[row] > -0.3f ? 1 : 0)], 2);
    }

    private static Sequential Network(int outputs = 1) => new(new Dense(Inputs, 6), new Tanh(), new Dense(6, outputs));

    // The Hessian of the mean of (x w + b - y)^2 is 2 [x 1]^T [x 1] / count: it has no eigenvalue below 0.
    [Test]
    public void A_linear_model_has_the_eigenvalues_of_its_inputs_and_none_below_0([Values(7, 256)] int batch)
    {
        var set = Regression();
        var x = Matrix<double>.Build.Dense(Samples, Inputs + 1, (row, c) => c == Inputs ? 1 : set.Item(row)[c]);
        var wanted = (x.TransposeThisAndMultiply(x) * (2.0 / Samples)).Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).ToArray();
        var found = new Curvature(device, new Dense(Inputs, 1), Loss.MeanSquared, set, batch).Eigenvalues();
        Assert.That(found.Lowest, Is.EqualTo(wanted.Min()).Within(1e-5 * wanted.Max()));
        Assert.That(found.Highest, Is.EqualTo(wanted.Max()).Within(1e-5 * wanted.Max()));
    }

    // Fewer samples than weights: most eigenvalues are 0, and rounding must not make one of them count as negative.
    [Test]
    public void A_linear_model_with_more_weights_than_samples_has_none_below_0()
    {
        var stream = new Philox(3);
        var set = DataSet.WithTargets([.. Enumerable.Range(0, 5 * 50).Select(_ => stream.NextNormal())], [50], [1, 2, 3, 4, 5], [1]);
        var found = new Curvature(device, new Dense(50, 1), Loss.MeanSquared, set).Eigenvalues();
        Assert.That(found.Lowest, Is.GreaterThanOrEqualTo(-1e-5 * found.Highest).And.LessThan(1e-5 * found.Highest));
    }

    [Test]
    public void A_network_has_a_negative_eigenvalue_where_training_begins([Values(1ul, 2ul, 3ul)] ulong seed)
    {
        device.Parameters.Seed = seed;
        var found = new Curvature(device, Network(), Loss.MeanSquared, Regression()).Eigenvalues();
        TestContext.Out.WriteLine($"seed {seed}: eigenvalues from {found.Lowest:G4} to {found.Highest:G4}");
        Assert.That(found.Lowest, Is.LessThan(-0.01 * found.Highest));
    }

    [Test]
    public void A_product_with_the_Hessian_is_the_difference_of_gradients([Values] bool labels)
    {
        var (model, set, loss) = labels ? (Network(2), Labelled(), (Loss)Loss.SoftmaxCrossEntropy) : (Network(), Regression(), Loss.MeanSquared);
        var curvature = new Curvature(device, model, loss, set);
        curvature.Gradient();
        var home = curvature.Weights.Here();
        var v = curvature.Weights.Direction(seed: 4);
        const float h = 2e-3f;
        double[] At(float t)
        {
            curvature.Weights.MoveTo([.. home.Zip(v, (w, d) => w + t * d)]);
            return curvature.Gradient();
        }
        var (ahead, behind) = (At(h), At(-h));
        curvature.Weights.MoveTo(home);
        var product = curvature.HessianVector(v);
        var size = Math.Sqrt(product.Sum(value => value * value));
        for (var i = 0; i < product.Length; i++)
            Assert.That(product[i], Is.EqualTo((ahead[i] - behind[i]) / (2 * h)).Within(2e-3 * size));
    }

    [Test]
    public void The_Hessian_is_symmetric()
    {
        var curvature = new Curvature(device, Network(2), Loss.SoftmaxCrossEntropy, Labelled());
        var (u, v) = (curvature.Weights.Direction(1), curvature.Weights.Direction(2));
        var (hu, hv) = (curvature.HessianVector(u), curvature.HessianVector(v));
        var (uhv, vhu) = (u.Zip(hv, (a, b) => a * b).Sum(), v.Zip(hu, (a, b) => a * b).Sum());
        Assert.That(uhv, Is.EqualTo(vhu).Within(1e-5 * Math.Sqrt(hv.Sum(value => value * value) * u.Length)));
    }

    [Test]
    public void The_gradient_is_that_of_the_mean_over_batches_of_any_size()
    {
        var (model, set) = (Network(2), Labelled());
        var whole = new Curvature(device, model, Loss.SoftmaxCrossEntropy, set).Gradient();
        Assert.That(new Curvature(device, model, Loss.SoftmaxCrossEntropy, set, batch: 7).Gradient(), Is.EqualTo(whole).Within(1e-6));
        Assert.That(whole, Has.Some.GreaterThan(1e-3));
    }

    [Test]
    public void Looking_changes_no_weight()
    {
        var curvature = new Curvature(device, Network(), Loss.MeanSquared, Regression());
        curvature.Gradient();
        var before = curvature.Weights.Here();
        curvature.Eigenvalues(steps: 5);
        Assert.That(curvature.Weights.Here(), Is.EqualTo(before));
    }

    [Test]
    public void A_direction_of_another_size_is_refused() => Assert.That(
        () => new Curvature(device, Network(), Loss.MeanSquared, Regression()).HessianVector([1, 2]),
        Throws.TypeOf<ShapeException>().With.Message.Contains("37 weights, but got 2"));
}
