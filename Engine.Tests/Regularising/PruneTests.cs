namespace GpuNN.Tests;

/// <summary>Pruning by magnitude: which weights go, in each parameter or in the whole model, and at the ends of the range.</summary>
[Notes("2.1.4", "Sparse networks")]
public sealed class PruneTests
{
    private readonly Dense first = new(2, 3), second = new(3, 1);

    private Sequential Model()
    {
        first.Weight.Set([1, -6, 2, 5, -3, 4]);
        second.Weight.Set([0.1f, -0.2f, 0.3f]);
        first.Bias!.Set([1e-9f, 1, 1]);
        second.Bias!.Set([1]);
        return new Sequential(first, new Tanh(), second);
    }

    [Test]
    public void Each_parameter_loses_its_smallest()
    {
        var mask = Prune.ByMagnitude(Model(), 0.5);
        Assert.That(first.Weight.ToArray(), Is.EqualTo(new float[] { 0, -6, 0, 5, 0, 4 }));
        Assert.That(second.Weight.ToArray(), Is.EqualTo(new[] { 0, 0, 0.3f }), "half of three is rounded to two");
        Assert.That(first.Bias!.ToArray()[0], Is.EqualTo(1e-9f), "a bias is no weight");
        Assert.That(mask.Kept(first.Weight), Is.EqualTo(new[] { false, true, false, true, false, true }));
        Assert.That(mask.Sparsity, Is.EqualTo(5.0 / 9));
    }

    [Test]
    public void The_whole_model_loses_its_smallest_wherever_they_are()
    {
        Prune.ByMagnitude(Model(), 4.0 / 9, PruneScope.WholeModel);
        Assert.That(first.Weight.ToArray(), Is.EqualTo(new float[] { 0, -6, 2, 5, -3, 4 }));
        Assert.That(second.Weight.ToArray(), Is.All.Zero);
    }

    [Test]
    public void Only_chosen_layers_are_pruned()
    {
        var mask = Prune.ByMagnitude(Model(), 1, on: ParameterChoice.WeightsOf(second));
        Assert.That(mask.Parameters, Is.EquivalentTo(new[] { second.Weight }));
        Assert.That(first.Weight.ToArray(), Is.All.Not.Zero);
    }

    [TestCase(0, 0)]
    [TestCase(1, 1)]
    public void Nothing_and_everything(double fraction, double sparsity) =>
        Assert.That(Prune.ByMagnitude(Model(), fraction).Sparsity, Is.EqualTo(sparsity));

    [Test]
    public void Of_equal_weights_the_earlier_go()
    {
        var dense = new Dense(4, 1);
        dense.Weight.Set([1, -1, 1, -1]);
        Assert.That(Prune.ByMagnitude(dense, 0.5).Kept(dense.Weight), Is.EqualTo(new[] { false, false, true, true }));
    }

    [Test]
    public void What_is_no_part_is_refused()
    {
        Assert.That(() => Prune.ByMagnitude(Model(), 1.1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("Prune: the fraction must lie in [0, 1]"));
        Assert.That(() => Prune.ByMagnitude(Model(), double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Prune.ByMagnitude(Model(), 0.5, on: ParameterChoice.WeightsOf(new Dense(1, 1))), Throws.ArgumentException.With.Message.Contains("Dense(1 -> 1) are none of the parameters of Sequential"));
    }
}
