using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Batch normalisation as part of the layer before it.</summary>
[Notes("3.1.2", "Training with batch normalisation")]
public sealed class FoldingTests
{
    private static float[] Numbers(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(seed + 2.3f * i * i))];

    [Test]
    public void A_folded_chain_predicts_what_the_chain_does([Values] bool bias)
    {
        using var device = Device.On(new HostRoute(1));
        var model = new Sequential(new BatchNorm(3), new Dense(3, 8, bias), new BatchNorm(8, epsilon: 1e-3f), new Tanh(), new Sequential(new Dense(8, 5, bias), new BatchNorm(5)), new Dense(5, 2, bias));
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Adam(0.02f));
        trainer.Fit(DataSet.WithTargets(Numbers(90, 1), [3], Numbers(60, 2), [2]), epochs: 4, batch: 6);
        var folded = model.FoldBatchNorm();
        Assert.That(folded.Parts.Select(part => part.GetType()), Is.EqualTo(new[] { typeof(BatchNorm), typeof(Dense), typeof(Tanh), typeof(Sequential), typeof(Dense) }));
        var x = Numbers(60, 3);
        var expected = trainer.Predict(x, [3]);
        Assert.That(new Trainer(device, folded, Loss.MeanSquared, new Sgd(1)).Predict(x, [3]), Is.EqualTo(expected).Within(1e-5f));
        Assert.That(folded.Parameters.Intersect(model.Parameters), Is.Empty);
        Assert.That(folded.Parameters.Select(parameter => parameter.Path), Is.Unique);
        Assert.That(trainer.Predict(x, [3]), Is.EqualTo(expected), "the model itself stays");
    }

    [Test]
    public void Convolutions_take_their_normalisation_in([Values] bool bias)
    {
        using var device = Device.On(new HostRoute(1));
        var model = new Sequential(new Conv2D(2, 6, 3, Padding.Same, groups: 2, bias: bias), new BatchNorm(6), new Relu(),
            new Conv2D(6, 4, (2, 3), stride: 2, bias: bias), new BatchNorm(4), new Flatten(), new Dense(4 * 3 * 3, 2));
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Adam(0.02f));
        trainer.Fit(DataSet.WithTargets(Numbers(30 * 2 * 6 * 8, 1), [2, 6, 8], Numbers(60, 2), [2]), epochs: 4, batch: 6);
        var folded = model.FoldBatchNorm();
        Assert.That(folded.Parts.Select(part => part.GetType()), Is.EqualTo(new[] { typeof(Conv2D), typeof(Relu), typeof(Conv2D), typeof(Flatten), typeof(Dense) }));
        var x = Numbers(10 * 2 * 6 * 8, 3);
        Assert.That(new Trainer(device, folded, Loss.MeanSquared, new Sgd(1)).Predict(x, [2, 6, 8]), Is.EqualTo(trainer.Predict(x, [2, 6, 8])).Within(1e-5f));
    }

    // A convolution's weights are (outputs, inputs, height, width): each output's run is scaled.
    [Test]
    public void Weights_are_scaled_along_the_axis_of_the_outputs()
    {
        var weight = new Parameter("weight", [2, 1, 1, 3], Inits.Zeros);
        weight.Set([1, 2, 3, 4, 5, 6]);
        Assert.That(Folding.Scaled(weight, 0, [10, 100]), Is.EqualTo(new float[] { 10, 20, 30, 400, 500, 600 }));
        Assert.That(Folding.Shifted(null, [10, 100], [1, 2]), Is.EqualTo(new float[] { 1, 2 }));
    }

    [Test]
    public void What_cannot_be_copied_is_refused() => Assert.That(() => new Sequential(new LayerNorm(3)).FoldBatchNorm(),
        Throws.TypeOf<NotSupportedException>().With.Message.Contains("LayerNorm(3)"));
}
