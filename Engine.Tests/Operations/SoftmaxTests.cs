namespace GpuNN.Tests;

/// <summary>Softmax, its logarithm, and their gradients as operations of their own.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(Operations.Softmax), typeof(Operations.SoftmaxGradient), typeof(Operations.LogSoftmax), typeof(Operations.LogSoftmaxGradient))]
public sealed class SoftmaxTests(Device device)
{
    public static readonly Shape[] Shapes = [[3, 5], [5], [2, 3, 4], [4, 1], [1, 19], [0, 3]];

    [TestCaseSource(nameof(Shapes))]
    public void Softmax_agrees(Shape shape) =>
        OperationCheck.Verify(device, new Operations.Softmax(), [shape], x => Reference.Softmax(x[0], shape.Last));

    [TestCaseSource(nameof(Shapes))]
    public void Its_logarithm_agrees(Shape shape) =>
        OperationCheck.Verify(device, new Operations.LogSoftmax(), [shape], x => Reference.LogSoftmax(x[0], shape.Last));

    [Test]
    public void The_gradient_of_softmax_is_an_operation_that_agrees() =>
        OperationCheck.Verify(device, new Operations.SoftmaxGradient(), [[3, 5], [3, 5]], x => ByRow(x, (y, dy, sum) => y * (dy - sum), (y, dy) => y * dy));

    [Test]
    public void The_gradient_of_its_logarithm_is_an_operation_that_agrees() =>
        OperationCheck.Verify(device, new Operations.LogSoftmaxGradient(), [[3, 5], [3, 5]], x => ByRow(x, (y, dy, sum) => dy - Math.Exp(y) * sum, (_, dy) => dy));

    [Test]
    public void Large_logits_overflow_nothing()
    {
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [2, 3]);
            return [x.Softmax(), x.LogSoftmax()];
        }, Checks.PoisonedArena);
        var results = function.Run(new float[] { 1000, 0, -1000, 88, 89, 90 });
        double[] second = Reference.Softmax([88, 89, 90], 3);
        OperationCheck.Close(results[0].ToArray(), [1, 0, 0, .. second], 2e-6, "softmax");
        OperationCheck.Close(results[1].ToArray(), [0, -1000, -2000, .. second.Select(p => Math.Log(p))], 2e-6, "logarithm");
    }

    private static double[] ByRow(double[][] x, Func<double, double, double, double> f, Func<double, double, double> term) =>
        [.. x[0].Select((y, i) => f(y, x[1][i], Enumerable.Range(i / 5 * 5, 5).Sum(k => term(x[0][k], x[1][k]))))];
}
