using GpuNN;

namespace Samples;

/// <summary>The seventh program: stop and go on, with the same bits as a run that was never stopped.</summary>
public static class ResumeSample
{
    /// <summary>Trains with checkpoints in a folder and returns the weights; a run that finds checkpoints there goes on from them.</summary>
    public static float[] Run(DataPair data, string folder, int epochs = 3)
    {
        using var device = Device.On(new GpuNN.Kernels.HostRoute());
        var model = new Sequential(new Flatten(), new Dense(784, 24), new Relu(), new Dropout(0.2f), new Dense(24, 10));
        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(1e-3f)) { Seed = 7 };
        trainer.Fit(data.Train, data.Test, epochs: epochs, batch: 128, new Checkpoints(folder, everySteps: 5));
        return [.. model.Parameters.SelectMany(parameter => parameter.ToArray())];
    }
}
