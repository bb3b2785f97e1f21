namespace GpuNN.Benchmarks;

/// <summary>A step of one transformer block: 16 sequences of 128 steps, width 256, 4 heads, 1024 hidden, squared error, Adam.</summary>
public sealed class Transformer : Workload
{
    private const int Batch = 16;
    private const int Steps = 128;
    private const int Width = 256;
    private const int Heads = 4;
    private const int Hidden = 1024;

    /// <inheritdoc/>
    public override string Name => "transformer";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Train;

    /// <inheritdoc/>
    public override string Shape => "b16 T128 d256 h4 ff1024 Adam";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var model = new TransformerEncoderBlock(Width, Heads, Hidden);
        return TrainingStep.Make(
            device, model, new Adam(1e-3f),
            graph => Loss.MeanSquared.Of(model.Apply(graph.Input("x", [Batch, Steps, Width])), graph.Input("y", [Batch, Steps, Width])),
            [RandomNumbers.Normal(Batch * Steps * Width, seed: 1), RandomNumbers.Normal(Batch * Steps * Width, seed: 2)],
            Batch, Flop());
    }

    // Each product forward, and by both of its operands.
    private static double Flop() =>
        3.0 * 2 * Batch * Steps * (Width * (3 * Width + Width + 2 * Hidden) + 2 * Steps * Width);
}
