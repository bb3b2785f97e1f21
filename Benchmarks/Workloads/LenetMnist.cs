namespace GpuNN.Benchmarks;

/// <summary>A step of the convolutional network of the main job on 28 x 28 digits, cross-entropy, Adam, batch 64.</summary>
public sealed class LenetMnist : Workload
{
    private const int Batch = 64;
    private const int Size = 28;
    private const int Classes = 10;

    /// <inheritdoc/>
    public override string Name => "lenet_mnist";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Train;

    /// <inheritdoc/>
    public override string Shape => "1x28x28 b64 Adam";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var model = new LeNet();
        return TrainingStep.Make(
            device, model, new Adam(1e-3f),
            graph => Loss.SoftmaxCrossEntropy.Of(
                model.Apply(graph.Input("x", [Batch, 1, Size, Size])), graph.Labels("y", [Batch], Classes)),
            [RandomNumbers.Normal(Batch * Size * Size, seed: 1), RandomNumbers.Labels(Batch, Classes, seed: 2)],
            Batch, Flop());
    }

    // The first convolution needs no gradient of its images.
    private static double Flop() => Batch * (2 * Products(1, 32, Size) + 3 * Products(32, 64, Size / 2)) + 3.0 * 2 * Batch * (3136.0 * 1024 + 1024 * Classes);

    private static double Products(int inputs, int outputs, int size) => 2.0 * inputs * outputs * 25 * size * size;
}
