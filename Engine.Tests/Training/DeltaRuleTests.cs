using GpuNN.Kernels;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>
/// The delta rule is gradient descent on a linear unit: it reaches the normal equations' solution for a rate below
/// 2 / lambda_max of X^T X / m, and diverges above. Source: Widrow and Hoff (1960).
/// </summary>
[Notes("1.2.1", "Adapting the delta rule")]
public sealed class DeltaRuleTests
{
    private const int Samples = 40;
    private const int Inputs = 3;

    private static readonly Matrix<double> X = Matrix<double>.Build.Dense(Samples, Inputs + 1, (row, c) => c == Inputs ? 1 : Math.Sin((7 + 2 * c) * row + 13 * c + 1));
    private static readonly Vector<double> Y = Vector<double>.Build.Dense(Samples, row => 2 * X[row, 0] - X[row, 1] + 0.5 + 0.3 * Math.Cos(5 * row));

    private static double Greatest => (X.TransposeThisAndMultiply(X) / Samples).Evd().EigenValues.Max(value => value.Real);

    private static (double[] Weights, double[] Losses) Descend(double rate, int steps)
    {
        using var device = Device.On(new HostRoute(1));
        var dense = new Dense(Inputs, 1);
        var inputs = Enumerable.Range(0, Samples).SelectMany(row => Enumerable.Range(0, Inputs).Select(c => (float)X[row, c])).ToArray();
        var step = device.Compile(graph =>
        {
            var loss = Loss.HalfSquared.Of(dense.Apply(graph.Input("x", [graph.Batch, Inputs])), graph.Input("y", [graph.Batch]));
            graph.Minimise(loss, dense.Parameters, new Sgd((float)rate));
            return loss;
        });
        step.Run(inputs, Y.Select(value => (float)value).ToArray());
        var losses = new double[steps];
        for (var time = 0; time < steps; time++)
            losses[time] = step.Run()[0].Scalar();
        return ([.. dense.Weight.ToArray().Concat(dense.Bias!.ToArray()).Select(value => (double)value)], losses);
    }

    [Test]
    public void Below_the_greatest_rate_it_reaches_the_normal_equations()
    {
        var wanted = X.TransposeThisAndMultiply(X).Cholesky().Solve(X.TransposeThisAndMultiply(Y));
        var (weights, _) = Descend(1.9 / Greatest, steps: 400);
        for (var i = 0; i < weights.Length; i++)
            Assert.That(weights[i], Is.EqualTo(wanted[i]).Within(1e-4 * wanted.L2Norm()));
    }

    [Test]
    public void Above_it_diverges()
    {
        var (_, losses) = Descend(2.2 / Greatest, steps: 60);
        Assert.That(losses[^1], Is.GreaterThan(100 * losses[0]));
    }
}
