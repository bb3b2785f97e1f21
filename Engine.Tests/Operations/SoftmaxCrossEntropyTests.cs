namespace GpuNN.Tests;

/// <summary>Cross-entropy of a softmax against labels: smoothing, weights, rows that are ignored.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(Operations.SoftmaxCrossEntropy), typeof(Operations.SoftmaxCrossEntropyGradient), typeof(Operations.LabelWeights))]
public sealed class SoftmaxCrossEntropyTests(Device device)
{
    private const int Ignored = -1;
    private static readonly int[] labels = [4, 0, Ignored, 2];
    private static readonly CheckOptions plain = new() { Integers = new Dictionary<int, int[]> { [1] = labels }, Fixed = [2] };

    [TestCase(0f)]
    [TestCase(0.1f)]
    public void Agrees(float smoothing) => OperationCheck.Verify(device, new Operations.SoftmaxCrossEntropy(smoothing, Ignored), [[4, 5], [4]],
        x => Rows(x[0], _ => 1, smoothing), plain);

    [TestCase(0f)]
    [TestCase(0.2f)]
    public void Agrees_with_class_weights(float smoothing) => OperationCheck.Verify(device, new Operations.SoftmaxCrossEntropy(smoothing, Ignored), [[4, 5], [4], [5]],
        x => Rows(x[0], label => x[2][label], smoothing), plain);

    [Test]
    public void More_axes_agree() => OperationCheck.Verify(device, new Operations.SoftmaxCrossEntropy(0, Ignored), [[2, 2, 5], [2, 2]],
        x => Rows(x[0], _ => 1, 0), plain);

    [Test]
    public void Its_gradient_is_an_operation_that_agrees() => OperationCheck.Verify(device, new Operations.SoftmaxCrossEntropyGradient(0.1f, Ignored), [[4, 5], [4], [4]],
        x => Gradient(x[0], x[2], _ => 1), plain with { Fixed = [] });

    [Test]
    public void Its_gradient_with_weights_agrees() => OperationCheck.Verify(device, new Operations.SoftmaxCrossEntropyGradient(0.1f, Ignored), [[4, 5], [4], [4], [5]],
        x => Gradient(x[0], x[2], label => x[3][label]), plain with { Fixed = [3] });

    [Test]
    public void The_weights_of_labels_agree()
    {
        var options = new CheckOptions { Integers = new Dictionary<int, int[]> { [0] = labels }, Fixed = [1] };
        OperationCheck.Verify(device, new Operations.LabelWeights(5, Ignored), [[4]], _ => [1, 1, 0, 1], options);
        OperationCheck.Verify(device, new Operations.LabelWeights(5, Ignored), [[4], [5]], x => [x[1][4], x[1][0], 0, x[1][2]], options);
    }

    [Test]
    public void Large_logits_overflow_nothing()
    {
        var function = device.Compile(graph => graph.Apply(new Operations.SoftmaxCrossEntropy(0, Ignored), graph.Input("x", [2, 3]), graph.Labels("t", [2])), Checks.PoisonedArena);
        OperationCheck.Close(function.Run(new float[] { 1000, 0, -1000, 1000, 0, -1000 }, new[] { 0, 2 })[0].ToArray(), [0, 2000], 1e-6, "loss");
    }

    private static double[] Rows(double[] x, Func<int, double> weight, double smoothing) =>
        [.. x.Chunk(5).Select((row, r) => labels[r] == Ignored ? 0 : Reference.CrossEntropy(row, labels[r], weight(labels[r]), (float)smoothing))];

    private static double[] Gradient(double[] x, double[] dy, Func<int, double> weight) =>
        [.. Reference.Softmax(x, 5).Select((p, i) => labels[i / 5] is var label and not Ignored
            ? dy[i / 5] * weight(label) * (p - (i % 5 == label ? 1 - 0.1f : 0) - 0.1f / 5)
            : 0)];
}
