using Samples;

namespace GpuNN.Tests;

/// <summary>
/// Small networks that train for some steps on numbers that change, with a learning rate that changes, and whose random streams are
/// set elsewhere on the way: all that a captured step must read anew each time.
/// </summary>
internal static class CapturedTraining
{
    public const int Steps = 20;

    private const int Batch = 4;
    private const int Inputs = 16;
    private const int Classes = 3;
    private const int JumpAt = 11;

    /// <summary>A row a kind of network.</summary>
    private static readonly Dictionary<string, Func<Device, Job>> jobs = new()
    {
        ["perceptron, batch normalisation, dropout, Adam"] = device => Classifier(device,
            new Sequential(new Dense(Inputs, 8), new BatchNorm(8), new Relu(), new Dropout(0.3f), new Dense(8, Classes)),
            new Adam(0.02f) { ClipNorm = 1 }),
        ["convolutions, momentum"] = device => Classifier(device,
            new Sequential(new Reshape([1, 4, 4]), new LeNet(size: 4, classes: Classes, maps: 2, hidden: 6, dropout: 0.2f)), new Momentum(0.02f)),
        ["long short-term memory by Recur, AdamW"] = device => Classifier(device,
            new Sequential(new Reshape([4, 4]), new Lstm(4, 3) { ReturnsSteps = false }, new Dropout(0.2f), new Dense(3, Classes)),
            new AdamW(0.02f) { WeightDecay = 0.01f }),
        ["long short-term memory by Scan, RMSProp"] = device => Classifier(device,
            new Sequential(new Reshape([4, 4]), new OwnLstm(4, 3), new Dropout(0.2f), new Dense(3, Classes)), new RmsProp(0.01f)),
        ["Boltzmann machine, updates alone"] = Machine,
    };

    public static IEnumerable<string> Names => jobs.Keys;

    /// <summary>Trains, and gives the loss of each step and then the parameters.</summary>
    /// <param name="device">Where; the losses of one seed are the same to the bit.</param>
    /// <param name="name">Which network.</param>
    /// <param name="jumps">Whether the step of the random streams is set on the way.</param>
    /// <param name="rates">Whether the learning rate changes from step to step.</param>
    public static float[] Run(Device device, string name, bool jumps = true, bool rates = true)
    {
        device.Parameters.Seed = 5;
        var job = jobs[name](device);
        var results = new List<float>();
        for (var step = 0; step < Steps; step++)
        {
            if (jumps && step == JumpAt)
                job.Function.Step = 1000;
            results.Add(job.Run(step, rates ? 1 + step % 3 : 1));
        }
        return [.. results, .. job.Parameters.SelectMany(parameter => parameter.ToArray())];
    }

    /// <summary>A classifier's step.</summary>
    public static Job Classifier(Device device, Layer model, Optimiser optimiser)
    {
        var rate = optimiser.LearningRate;
        var function = device.Compile(graph =>
        {
            var loss = Loss.SoftmaxCrossEntropy.Of(model.Apply(graph.Input("x", [Batch, Inputs])), graph.Labels("y", [Batch], Classes));
            graph.Minimise(loss, model.Parameters, optimiser);
            return loss;
        }, name: "step");
        return new Job(function, model.Parameters, (step, factor) =>
        {
            optimiser.LearningRate = factor * rate;
            return function.Run(Feed.Of("x", Numbers(step)), Feed.Of("y", Enumerable.Range(0, Batch).Select(row => (row + step) % Classes).ToArray()))[0].Scalar();
        });
    }

    private static Job Machine(Device device)
    {
        const int hidden = 5;
        Parameter w = new("w", [Inputs, hidden], Inits.Normal(0.1f)), b = new("b", [Inputs], Inits.Zeros), c = new("c", [hidden], Inits.Zeros);
        var function = device.Compile(graph =>
        {
            Tensor v0 = graph.Input("visible", [Batch, Inputs]), rate = graph.Input("rate", [1]);
            var h0 = (v0.MatMul(w) + c).Sigmoid();
            var v1 = (h0.Bernoulli().MatMul(w.Transpose()) + b).Sigmoid();
            var h1 = (v1.MatMul(w) + c).Sigmoid();
            graph.Update(w, w + rate * (v0.Transpose().MatMul(h0) - v1.Transpose().MatMul(h1)));
            graph.Update(b, b + rate * (v0 - v1).Mean(0));
            graph.Update(c, c + rate * (h0 - h1).Mean(0));
            return (v0 - v1).Square().Mean();
        }, name: "update");
        return new Job(function, [w, b, c], (step, factor) => function.Run(Feed.Of("visible", Numbers(step)), Feed.Of("rate", new[] { 0.05f * factor }))[0].Scalar());
    }

    private static float[] Numbers(int step) => [.. Enumerable.Range(0, Batch * Inputs).Select(i => 0.5f + 0.5f * MathF.Sin(3 * i + 17 * step))];

    /// <param name="Function">The step.</param>
    /// <param name="Parameters">What it learns.</param>
    /// <param name="Run">Runs it on the numbers of a step with a multiple of the learning rate, and gives the loss.</param>
    public sealed record Job(Function Function, IReadOnlyList<Parameter> Parameters, Func<int, float, float> Run);
}
