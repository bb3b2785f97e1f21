using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Weight decay and L2: the same under plain gradient descent, different things under Adam.</summary>
[Notes("2.1.6", "Weight decay")]
public sealed class WeightDecayTests
{
    private const float Rate = 0.1f, Lambda = 0.5f, Factor = 1 - Rate * Lambda;
    private const int Steps = 20;

    private static readonly float[] start = [1, -2, 3, 0.5f], goal = [0, 4, 3, -9];

    /// <summary>The weights after some steps towards a goal: the gradient is w - goal.</summary>
    private static float[] Learn(Optimiser optimiser, Penalty? penalty = null, Constraint? constraint = null)
    {
        using var device = Device.On(new HostRoute(1));
        Parameter w = new("w", [2, 2], Inits.Values(start)), target = new("goal", [2, 2], Inits.Values(goal), trainable: false);
        Constraint[] constraints = constraint is null ? [] : [constraint];
        var step = device.Compile(graph => graph.Minimise(
            0.5f * (w - target).Square().Sum() + (penalty?.Of([w]) ?? 0f), [w], optimiser, constraints));
        var constrain = new ConstraintStep(device, [w], constraints, optimiser);
        for (var time = 0; time < Steps; time++)
        {
            step.Run();
            constrain.Run();
        }
        return w.ToArray();
    }

    [Test]
    public void A_penalty_under_gradient_descent_is_a_factor_before_the_step()
    {
        var wanted = Array.ConvertAll(start, value => (double)value);
        for (var time = 0; time < Steps; time++)
            for (var i = 0; i < wanted.Length; i++)
                wanted[i] = Factor * wanted[i] - Rate * (wanted[i] - goal[i]);
        Assert.That(Learn(new Sgd(Rate), new L2(Lambda)), Is.EqualTo(wanted).Within(2e-6));
        Assert.That(Learn(new Sgd(Rate) { WeightDecay = Lambda }), Is.EqualTo(wanted).Within(2e-6));
    }

    // p (w - r g) = (1 - p r (1 - p) / (p r)) w - p r g
    [Test]
    public void A_factor_after_the_step_is_a_penalty_at_a_smaller_rate() => Assert.That(
        Learn(new Sgd(Rate), constraint: new WeightDecay(Factor)),
        Is.EqualTo(Learn(new Sgd(Factor * Rate), new L2((1 - Factor) / (Factor * Rate)))).Within(2e-6));

    [Test]
    public void Under_adam_they_differ()
    {
        var penalised = Learn(new Adam(Rate), new L2(Lambda));
        var decayed = Learn(new Adam(Rate), constraint: new WeightDecay(Factor));
        Assert.That(Learn(new Adam(Rate) { WeightDecay = Lambda }), Is.EqualTo(penalised).Within(1e-5), "there the optimiser's own is the penalty");
        Assert.That(penalised.Zip(decayed, (a, b) => Math.Abs(a - b)).Max(), Is.GreaterThan(0.1));
        Assert.That(Learn(new AdamW(Rate) { WeightDecay = Lambda }), Is.EqualTo(decayed).Within(0.2), "decoupled, but for the order of the two");
    }
}
