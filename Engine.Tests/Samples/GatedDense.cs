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
    /// <summary>Trains on two spirals and returns the accuracy.</summary>
    public static double Run(Device device, TextWriter output, int epochs = 20)
    {
        var model = new Sequential(new GatedDense(2, 24), new GatedDense(24, 24), new Dense(24, 2));
        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(1e-2f)) { Seed = 3 };
        trainer.Fit(Spirals.Train, epochs: epochs, batch: 32);
        output.WriteLine(model.Summary(Spirals.Train.ItemShape));
        return trainer.Evaluate(Spirals.Test).Accuracy;
    }
}
