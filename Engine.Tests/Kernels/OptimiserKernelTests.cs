using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

[Category("Kernels")]
public sealed class OptimiserKernelTests
{
    private const float Rate = 0.05f;
    private const float Beta1 = 0.8f;
    private const float Beta2 = 0.9f;
    private const float Epsilon = 1e-4f;
    private const float Momentum = 0.7f;
    private const float Decay = 0.1f;

    [Test]
    public void Sgd_agrees() => Check<SgdRule>("Sgd");

    [Test]
    public void Momentum_agrees() => Check<MomentumRule>("Momentum");

    [Test]
    public void Nesterov_agrees() => Check<NesterovRule>("Nesterov");

    [Test]
    public void RmsProp_agrees() => Check<RmsPropRule>("RmsProp");

    [Test]
    public void AdaGrad_agrees() => Check<AdaGradRule>("AdaGrad");

    [Test]
    public void Adam_agrees() => Check<AdamRule>("Adam");

    [Test]
    public void AdamW_agrees() => Check<AdamWRule>("AdamW");

    [Test]
    public void Adam_takes_the_published_first_steps()
    {
        double[] expected = [0.9000000005, 0.8004122287, 0.7015862729];
        KernelRoutes.Verify(expected, 2e-7, at =>
        {
            var scalars = at.Input(OptimiserScalars.Initial(0.1f));
            var (p, g, s, u) = (at.Input(1f), at.Input(2f), at.Input(0f), at.Input(0f));
            var path = new float[3];
            for (var step = 0; step < 3; step++)
            {
                OptimiserKernels.Advance(at.Route, scalars);
                OptimiserKernels.Run<AdamRule>(at.Route, p, g, s, u, scalars, 1, 0);
                path[step] = at.Read(p)[0];
                at.Route.CopyIn([2 * path[step]], g);
            }
            return path;
        });
    }

    [Test]
    public void The_bias_correction_keeps_its_digits_over_many_steps()
    {
        const int steps = 2000;
        double[] expected = [1 / (1 - Math.Pow(0.9, steps)), 1 / Math.Sqrt(1 - Math.Pow(0.999f, steps)), 1 / Math.Sqrt(1 - Math.Pow(0.999f, 2))];
        KernelRoutes.Verify(expected, 1e-6, at =>
        {
            var scalars = at.Input(OptimiserScalars.Initial(0.1f));
            var second = 0f;
            for (var step = 0; step < steps; step++)
            {
                OptimiserKernels.Advance(at.Route, scalars);
                if (step == 1)
                    second = OptimiserScalars.In(at.Read(scalars)).RootCorrection2;
            }
            var after = OptimiserScalars.In(at.Read(scalars));
            Assert.That(after.Step, Is.EqualTo(steps));
            return [after.Correction1, after.RootCorrection2, second];
        }, onDevices: false);
    }

    [Test]
    public void Gradients_are_scaled_then_limited()
    {
        float[] g = [3, -3, 0.1f, float.NaN, float.PositiveInfinity];
        KernelRoutes.Verify([-0.5, 0.5, -0.05, double.NaN, -0.5], 1e-7, at =>
        {
            var scalars = OptimiserScalars.Initial(1, clipValue: 0.5f);
            OptimiserScalars.In(scalars).ClipScale = 0.5f;
            var p = at.Input(new float[5]);
            OptimiserKernels.Run<SgdRule>(at.Route, p, at.Input(g), default, default, at.Input(scalars), 5, 0);
            return at.Read(p);
        });
    }

    [Test]
    public void A_step_with_gradients_that_are_no_numbers_changes_nothing([Values(float.NaN, float.PositiveInfinity)] float bad)
    {
        float[] p = [1, 2, 3], s = [4, 5, 6], u = [7, 8, 9];
        KernelRoutes.Verify([1, 2, 3, 4, 5, 6, 7, 8, 9], 0, at =>
        {
            var scalars = at.Input(OptimiserScalars.Initial(1));
            var (g, onP, onS, onU) = (at.Input([1, bad, 1]), at.Input(p), at.Input(s), at.Input(u));
            ClipKernels.Run(at.Route, g, at.Input([0, 3]), at.Output(ClipKernels.Workspace(1)), scalars, 1, limit: 1);
            OptimiserKernels.Advance(at.Route, scalars);
            OptimiserKernels.Run<AdamRule>(at.Route, onP, g, onS, onU, scalars, 3, 3);
            return [.. at.Read(onP), .. at.Read(onS), .. at.Read(onU)];
        });
    }

    // Elements on both sides of the decayed ones' end, which falls within a vector; NaN where a slab has room between parameters.
    private static void Check<TRule>(string name) where TRule : struct, IOptimiserRule
    {
        const int length = 2085;
        const int decayed = 1037;
        const int steps = 3;
        var start = Numbers.Uniform(length);
        var gradients = Enumerable.Range(0, steps).Select(step => Numbers.Uniform(length, seed: 10 + step)).ToArray();
        var expected = new double[length];
        for (var k = 0; k < length; k++)
        {
            var stepper = new Reference.Stepper(name, Rate, Beta1, Beta2, Epsilon, Momentum, k < decayed ? Decay : 0) { P = start[k] };
            foreach (var g in gradients)
                stepper.Step(g[k]);
            expected[k] = stepper.P;
        }
        foreach (var hole in new[] { 5, 1500 })
        {
            start[hole] = float.NaN;
            expected[hole] = double.NaN;
        }
        KernelRoutes.Verify(expected, 1e-5, at =>
        {
            var scalars = at.Input(OptimiserScalars.Initial(Rate, Beta1, Beta2, Epsilon, Momentum, Decay));
            var p = at.Input(start);
            var s = TRule.States > 0 ? at.Input(new float[length]) : default;
            var u = TRule.States > 1 ? at.Input(new float[length]) : default;
            foreach (var g in gradients)
            {
                OptimiserKernels.Advance(at.Route, scalars);
                OptimiserKernels.Run<TRule>(at.Route, p, at.Input(g), s, u, scalars, length, decayed);
            }
            return at.Read(p);
        }, 1e-6);
    }
}
