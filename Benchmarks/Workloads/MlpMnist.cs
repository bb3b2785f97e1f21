namespace GpuNN.Benchmarks;

/// <summary>A step of the multilayer perceptron of the recipe mlp: 784-512-512-10, ReLU, cross-entropy, Adam, batch 128.</summary>
public sealed class MlpMnist : Workload
{
    private const int Batch = 128;
    private const int Inputs = 784;
    private const int Hidden = 512;
    private const int Classes = 10;

    /// <inheritdoc/>
    public override string Name => "mlp_mnist";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Train;

    /// <inheritdoc/>
    public override string Shape => "784-512-512-10 b128 Adam";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var model = new Sequential(
            new Dense(Inputs, Hidden), new Relu(), new Dense(Hidden, Hidden), new Relu(), new Dense(Hidden, Classes));
        return TrainingStep.Make(
            device, model, new Adam(1e-3f),
            graph => Loss.SoftmaxCrossEntropy.Of(
                model.Apply(graph.Input("x", [Batch, Inputs])), graph.Labels("y", [Batch], Classes)),
            [RandomNumbers.Normal(Batch * Inputs, seed: 1), RandomNumbers.Labels(Batch, Classes, seed: 2)],
            Batch, TrainingStep.DenseFlop(Batch, Inputs, Hidden, Hidden, Classes));
    }
}
