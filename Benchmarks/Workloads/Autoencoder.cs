namespace GpuNN.Benchmarks;

/// <summary>A step of an autoencoder: 784-256-64-256-784, ReLU, sigmoid at the end, squared error against its input, Adam, batch 128.</summary>
public sealed class Autoencoder : Workload
{
    private const int Batch = 128;
    private const int Inputs = 784;
    private const int Hidden = 256;
    private const int Code = 64;

    /// <inheritdoc/>
    public override string Name => "autoencoder";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Train;

    /// <inheritdoc/>
    public override string Shape => "784-256-64-256-784 b128 Adam";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var model = new Sequential(
            new Dense(Inputs, Hidden), new Relu(), new Dense(Hidden, Code), new Relu(),
            new Dense(Code, Hidden), new Relu(), new Dense(Hidden, Inputs), new Sigmoid());
        return TrainingStep.Make(
            device, model, new Adam(1e-3f),
            graph =>
            {
                var x = graph.Input("x", [Batch, Inputs]);
                return Loss.MeanSquared.Of(model.Apply(x), x);
            },
            [RandomNumbers.Uniform(Batch * Inputs, seed: 1)],
            Batch, TrainingStep.DenseFlop(Batch, Inputs, Hidden, Code, Hidden, Inputs));
    }
}
