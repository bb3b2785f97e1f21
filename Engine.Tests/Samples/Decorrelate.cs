using GpuNN;

namespace Samples;

/// <summary>A regulariser of one's own on activations: a layer that passes activations on and puts a price on those that vary together.</summary>
public sealed class Decorrelate(float rate) : Layer
{
    public override Tensor Forward(Tensor x)
    {
        var apart = x - x.Mean(axis: 0, keepAxis: true);
        var together = apart.Transpose().MatMul(apart) / x.Shape[0];
        Graph.Current.Penalise(rate / 2 * (together.Square().Sum() - apart.Square().Mean(axis: 0).Square().Sum()));
        return x;
    }
}

/// <summary>The regulariser in a model that trains.</summary>
public static class DecorrelateSample
{
    /// <summary>Trains on drawn digits and returns the accuracy, and how much the hidden units vary together, on digits it has not seen.</summary>
    public static (double Accuracy, float Together) Run(Device device, TextWriter output, DataPair digits, float rate, int epochs = 3)
    {
        var hidden = new Sequential(new Flatten(), new Dense(784, 32), new Tanh());
        var model = new Sequential(hidden, new Decorrelate(rate), new Dense(32, 10));
        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(2e-3f)) { Seed = 3 };
        trainer.Fit(digits.Train, epochs: epochs, batch: 50);

        var price = device.Compile(graph =>
        {
            new Decorrelate(2).Apply(hidden.Apply(graph.Input("digits")).Detach());
            return graph.Penalties;
        });
        var together = price.Run(Feed.Of("digits", digits.Test.Inputs, digits.Test.ItemShape.Prepend(digits.Test.Count)))[0].Scalar();
        var accuracy = trainer.Evaluate(digits.Test).Accuracy;
        output.WriteLine($"accuracy {accuracy:P1}, varying together {together:F3}");
        return (accuracy, together);
    }
}
