using GpuNN;

namespace Samples;

/// <summary>A recurrent cell of one's own: what happens at a step is written once, and a scan repeats it. The gradient follows by itself.</summary>
public sealed class OwnLstm : Layer
{
    private readonly Parameter input, recurrent, bias;
    private readonly int inputs, units;

    public OwnLstm(int inputs, int units)
    {
        (this.inputs, this.units) = (inputs, units);
        input = Own("input", Shape.Of(inputs, 4 * units), Inits.GlorotUniform);
        recurrent = Own("recurrent", Shape.Of(units, 4 * units), Inits.GlorotUniform);
        bias = Own("bias", Shape.Of(4 * units), Inits.Zeros);
    }

    // Any (batch, ...) is read as (batch, steps, inputs); a scan has the steps first.
    public override Tensor Forward(Tensor x)
    {
        var (batch, steps) = (x.Shape[0], (int)(x.Shape.Elements / x.Shape[0] / inputs));
        var zeros = ((Tensor)0f).BroadcastTo(Shape.Of(batch, units));
        var run = Graph.Current.Scan([zeros, zeros], [x.Reshape(Shape.Of(batch, steps, inputs)).Permute(1, 0, 2)], (state, item) =>
        {
            var (h, c) = (state[0], state[1]);
            var gates = item[0].MatMul(input) + h.MatMul(recurrent) + bias;
            Tensor Gate(int k) => gates.Slice(1, k * units, units);
            c = (Gate(1) + 1f).Sigmoid() * c + Gate(0).Sigmoid() * Gate(2).Tanh();
            h = Gate(3).Sigmoid() * c.Tanh();
            return ([h, c], []);
        });
        return run.Final[0];
    }
}

/// <summary>The cell in a model that reads images row by row.</summary>
public static class OwnLstmSample
{
    /// <summary>Trains on drawn digits and returns the accuracy on digits it has not seen.</summary>
    public static double Run(Device device, TextWriter output, DataPair digits, int epochs = 3)
    {
        var model = new Sequential(new OwnLstm(28, 48), new Dense(48, 10));
        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(4e-3f)) { Seed = 3 };
        trainer.Fit(digits.Train, epochs: epochs, batch: 50);
        output.WriteLine(model.Summary(digits.Train.ItemShape));
        return trainer.Evaluate(digits.Test).Accuracy;
    }
}
