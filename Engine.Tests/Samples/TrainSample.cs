using GpuNN;

namespace Samples;

/// <summary>The first program: train, look, evaluate, save. The packages' check runs this text in a project of its own.</summary>
public static class TrainSample
{
    /// <summary>Trains on digits that the program draws itself, saves the model and returns the accuracy on the test set.</summary>
    public static double Run(TextWriter output, string folder, int epochs = 3)
    {
        using var device = Device.Open();
        var digits = DrawnDigits.Draw();

        var model = new Sequential(
            new Conv2D(1, 32, kernel: 5, Padding.Same), new Relu(), new MaxPool2D(2),
            new Flatten(), new Dense(32 * 14 * 14, 10));

        var trainer = new Trainer(device, model, Loss.SoftmaxCrossEntropy, new Adam(1e-3f)) { Seed = 7 };
        var history = trainer.Fit(digits.Train, digits.Test, epochs, batch: 64, new EarlyStopping(patience: 2));

        output.WriteLine(model.Summary(digits.Train.ItemShape));
        var accuracy = trainer.Evaluate(digits.Test).Accuracy;
        output.WriteLine($"{history.Count} epochs, {accuracy:P2}");
        model.Save(Path.Combine(folder, "digits.safetensors"));
        return accuracy;
    }
}
