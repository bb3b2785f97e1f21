using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Regression on unbounded outputs: the identity at the end, and errors near what the noise allows.</summary>
[Notes("1.3", "Regressing on unbounded outputs")]
public sealed class RegressionTests
{
    [Test]
    public void Friedmans_function_is_learned_up_to_its_noise()
    {
        using var device = Device.On(new HostRoute(2));
        var data = Friedman.Draw(seed: 1);
        var (mean, deviation) = Moments(data.Train.Targets.Span);
        var model = new Sequential(new Dense(10, 64), new Tanh(), new Dense(64, 32), new Tanh(), new Dense(32, 1));
        var trainer = new Trainer(device, model, Loss.HalfSquared, new Adam(0.005f)) { Seed = 1, Schedule = new CosineSchedule(40) };
        trainer.Fit(Scaled(data.Train, mean, deviation), null, epochs: 40, batch: 64);
        var predicted = trainer.Predict(data.Test);
        var (testMean, _) = Moments(data.Test.Targets.Span);
        double error = 0, total = 0;
        for (var row = 0; row < predicted.Length; row++)
        {
            var y = data.Test.Targets.Span[row];
            error += Math.Pow(predicted[row] * deviation + mean - y, 2);
            total += Math.Pow(y - testMean, 2);
        }
        Assert.That(1 - error / total, Is.AtLeast(0.94).And.LessThan(0.97), "the noise caps it at 0.9597");
    }

    [Test]
    public void Sinc_is_learned_from_noisy_samples()
    {
        using var device = Device.On(new HostRoute(2));
        var data = Sinc.Draw();
        var train = DataSet.WithTargets([.. data.Train.Inputs.ToArray().Select(x => x / 10)], [1], data.Train.Targets.ToArray(), [1]);
        // The units' steps lie evenly over the inputs; equal biases would put all of them at 0.
        var first = new Dense(1, 16, init: Inits.Constant(8));
        first.Bias!.Set([.. Enumerable.Range(0, 16).Select(unit => 8 - 16f * unit / 15)]);
        var model = new Sequential(first, new Tanh(), new Dense(16, 1));
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Adam(0.03f)) { Seed = 1, Schedule = new CosineSchedule(100) };
        trainer.Fit(train, null, epochs: 100, batch: 50);
        var predicted = trainer.Predict([.. data.Test.Inputs.ToArray().Select(x => x / 10)], [1]);
        var rmse = Math.Sqrt(predicted.Select((value, row) => Math.Pow(value - data.Test.Targets.Span[row], 2)).Average());
        Assert.That(rmse, Is.LessThanOrEqualTo(0.01));
    }

    [Test, Notes("1.3.1", "Introduction")]
    public void Predictions_never_leave_the_declared_bounds()
    {
        using var device = Device.On(new HostRoute(1));
        float[] x = [.. Enumerable.Range(0, 64).Select(row => row / 8f - 4)];
        var train = DataSet.WithTargets(x, [1], [.. x.Select(value => 20 + 10 * MathF.Tanh(value))], [1]);
        var transform = TargetTransform.MinMax(least: 5, greatest: 35, low: 0, high: 1);
        var trainer = new Trainer(device, new Sequential(new Dense(1, 8), new Tanh(), new Dense(8, 1), new Sigmoid()), Loss.MeanSquared, new Adam(0.05f)) { Seed = 1 };
        trainer.Fit(transform.Transform(train), epochs: 60, batch: 16);
        float[] Answers(params float[] inputs)
        {
            var answers = trainer.Predict(inputs, [1]);
            transform.Inverse(answers);
            return answers;
        }
        Assert.That(Answers(-1e30f, -100, 0, 100, 1e30f), Is.All.InRange(5f, 35f));
        Assert.That(Answers(x), Is.EqualTo(train.Targets.ToArray()).Within(1f), "and it does learn");
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<float> values)
    {
        double sum = 0, squares = 0;
        foreach (var value in values)
        {
            sum += value;
            squares += (double)value * value;
        }
        var mean = sum / values.Length;
        return (mean, Math.Sqrt(squares / values.Length - mean * mean));
    }

    private static DataSet Scaled(DataSet set, double mean, double deviation) => DataSet.WithTargets(
        set.Inputs.ToArray(), set.ItemShape, [.. set.Targets.ToArray().Select(y => (float)((y - mean) / deviation))], set.TargetShape);
}
