namespace GpuNN.Benchmarks;

/// <summary>A step of a network so small that only overhead counts: 2-32-32-1, ReLU, squared error, SGD, batch 64.</summary>
public sealed class MlpSmall : Workload
{
    private const int Batch = 64;
    private const int Hidden = 32;

    /// <inheritdoc/>
    public override string Name => "mlp_small";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Train;

    /// <inheritdoc/>
    public override string Shape => "2-32-32-1 b64 SGD";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var model = new Sequential(
            new Dense(2, Hidden), new Relu(), new Dense(Hidden, Hidden), new Relu(), new Dense(Hidden, 1));
        return TrainingStep.Make(
            device, model, new Sgd(0.01f),
            graph => Loss.MeanSquared.Of(model.Apply(graph.Input("x", [Batch, 2])), graph.Input("y", [Batch, 1])),
            [RandomNumbers.Normal(Batch * 2, seed: 1), RandomNumbers.Normal(Batch, seed: 2)],
            Batch, TrainingStep.DenseFlop(Batch, 2, Hidden, Hidden, 1));
    }
}
