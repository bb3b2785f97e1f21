namespace GpuNN.Benchmarks;

/// <summary>Maxima of windows of 2 x 2 over images 64 x 32 x 28 x 28, and the gradient of the images from a given dy.</summary>
public sealed class MaxPool : Workload
{
    private const int Batch = 64;
    private const int Channels = 32;
    private const int Side = 28;

    /// <inheritdoc/>
    public override string Name => "maxpool2x2_fwdbwd";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Kernels;

    /// <inheritdoc/>
    public override string Shape => $"{Batch}x{Channels}x{Side}x{Side}";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        const int Images = Batch * Channels * Side * Side;
        var pool = device.Compile(graph =>
        {
            var x = graph.Input("x", [Batch, Channels, Side, Side]);
            var y = x.MaxPool(new Window(2, 2));
            return [y, graph.Gradients(y, [x], graph.Input("dy", y.Shape))[0]];
        });
        pool.Run(RandomNumbers.Normal(Images, seed: 1), RandomNumbers.Normal(Images / 4, seed: 2));
        return new Work(() => pool.Run()) { Bytes = 2.0 * sizeof(float) * (Images + Images / 4) };
    }
}
