namespace GpuNN.Benchmarks;

/// <summary>A convolution of 64 images of 28 x 28, forward alone or with the gradients by images, weights and bias from a given dy.</summary>
/// <param name="inputs">Channels of the images.</param>
/// <param name="outputs">Channels of the results.</param>
/// <param name="kernel">Rows and columns of the window; the padding keeps the size.</param>
/// <param name="backward">Whether gradients are computed too.</param>
public sealed class Convolution(int inputs, int outputs, int kernel, bool backward) : Workload
{
    private const int Batch = 64;
    private const int Size = 28;

    /// <inheritdoc/>
    public override string Name => $"conv{kernel}x{kernel}_fwd{(backward ? "bwd" : "")}";

    /// <inheritdoc/>
    public override WorkloadGroup Group => WorkloadGroup.Kernels;

    /// <inheritdoc/>
    public override string Shape => $"{Batch}x{inputs}x{Size}x{Size} K{outputs} {kernel}x{kernel} pad{kernel / 2}";

    /// <inheritdoc/>
    public override Work Build(Device device)
    {
        var window = new Window(kernel, padding: kernel / 2);
        var convolve = device.Compile(graph =>
        {
            var x = graph.Input("x", [Batch, inputs, Size, Size]);
            var w = graph.Input("w", [outputs, inputs, kernel, kernel]);
            var bias = graph.Input("bias", [outputs]);
            var y = x.Convolve(w, bias, window);
            return backward ? [y, .. graph.Gradients(y, [x, w, bias], graph.Input("dy", y.Shape))] : [y];
        });
        Feed[] feeds =
        [
            RandomNumbers.Normal(Batch * inputs * Size * Size, seed: 1), RandomNumbers.Normal(outputs * inputs * kernel * kernel, seed: 2),
            RandomNumbers.Normal(outputs, seed: 3), .. backward ? [(Feed)RandomNumbers.Normal(Batch * outputs * Size * Size, seed: 4)] : Array.Empty<Feed>(),
        ];
        convolve.Run(feeds);
        return new Work(() => convolve.Run()) { Flop = (backward ? 3.0 : 1.0) * 2 * Batch * outputs * inputs * kernel * kernel * Size * Size };
    }
}
