using GpuNN;

namespace Samples;

/// <summary>The third program: a layer of one's own. The gradient follows by itself.</summary>
public sealed class GatedDense : Layer
{
    private readonly Dense value, gate;

    public GatedDense(int inputs, int outputs)
    {
        value = Use("value", new Dense(inputs, outputs));
        gate = Use("gate", new Dense(inputs, outputs));
    }

    public override Tensor Forward(Tensor x) => value.Forward(x) * gate.Forward(x).Sigmoid();
}

/// <summary>The layer in a model that trains.</summary>
public static class GatedDenseSample
{
    /// <summary>Trains on drawn digits and returns the accuracy on digits it has not seen.</summary>
    public static double Run(Device device, TextWriter output, DataPair digits, int epochs = 3)
    {
        var model = new Sequential(new Flatten(), new GatedDense(784, 48), new Dense(48, 10));
        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(2e-3f)) { Seed = 3 };
        trainer.Fit(digits.Train, epochs: epochs, batch: 32);
        output.WriteLine(model.Summary(digits.Train.ItemShape));
        return trainer.Evaluate(digits.Test).Accuracy;
    }
}
