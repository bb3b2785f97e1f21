namespace GpuNN.Benchmarks;

/// <summary>A step of ResNet-20 on 32 x 32 colour images, cross-entropy, momentum with weight decay, batch 32.</summary>
public sealed class ResnetCifar : Workload
{
    private const int Batch = 32;
    private const int Channels = 3;
    private const int Size = 32;
    private const int Classes = 10;
    private const double GigaFlop = 7.8078;

    /// <inheritdoc/>
    public override string Name => "resnet_cifar";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Train;

    /// <inheritdoc/>
    public override string Shape => "ResNet-20 3x32x32 b32 SGD momentum";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var model = new ResidualNetwork();
        return TrainingStep.Make(
            device, model, new Momentum(0.1f) { WeightDecay = 1e-4f },
            graph => Loss.SoftmaxCrossEntropy.Of(
                model.Apply(graph.Input("x", [Batch, Channels, Size, Size])), graph.Labels("y", [Batch], Classes)),
            [RandomNumbers.Normal(Batch * Channels * Size * Size, seed: 1), RandomNumbers.Labels(Batch, Classes, seed: 2)],
            Batch, GigaFlop * 1e9);
    }
}
