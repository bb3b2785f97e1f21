namespace GpuNN.Tests;

// Here the functions are meant, not the layers of the same names.
using GpuNN.Pointwise;

/// <summary>Functions of one number as operations: values and gradients of either order, a user's own function among them.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(Operations.Map<>), typeof(Operations.MapSlope<>))]
public sealed class MapTests(Device device)
{
    private static readonly double rootTwo = Math.Sqrt(2);

    public static readonly TestCaseData[] Rows =
    [
        Row<Identity>(x => x),
        Row<Negate>(x => -x),
        Row<Abs>(Math.Abs),
        Row<Relu>(x => Math.Max(x, 0)),
        Row<Sigmoid>(x => 1 / (1 + Math.Exp(-x))),
        Row<Tanh>(Math.Tanh),
        Row<Exp>(Math.Exp),
        Row<Expm1>(x => Math.Exp(x) - 1),
        Row<Log>(Math.Log, low: 0.2),
        Row<Log1p>(x => Math.Log(1 + x), low: -0.8),
        Row<Sqrt>(Math.Sqrt, low: 0.2),
        Row<Rsqrt>(x => 1 / Math.Sqrt(x), low: 0.3),
        Row<Square>(x => x * x),
        Row<Reciprocal>(x => 1 / x, low: 0.4),
        Row<Sign>(x => Math.Sign(x)),
        Row<Step>(x => x > 0 ? 1 : 0),
        Row<Round>(Math.Round),
        Row<Softplus>(x => Math.Log(1 + Math.Exp(x))),
        Row<Softsign>(x => x / (1 + Math.Abs(x))),
        Row<Erf>(MathNet.Numerics.SpecialFunctions.Erf),
        Row<Gelu>(x => x * (1 + MathNet.Numerics.SpecialFunctions.Erf(x / rootTwo)) / 2),
        Row<Silu>(x => x / (1 + Math.Exp(-x))),
        Row<Selu>(x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1))),
        Row<NoisyReluMean>(PointwiseTests.NoisyMean),
        Row<PointwiseTests.Bump>(x => Math.Exp(-x * x)),
    ];

    [TestCaseSource(nameof(Rows))]
    public void Agrees_with_the_reference(Operation operation, Func<double, double> f, double low) =>
        OperationCheck.Verify(device, operation, [[3, 7]], x => [.. x[0].Select(f)], new CheckOptions { Low = low });

    [Test]
    public void Every_function_has_a_row()
    {
        var tested = Rows.Select(row => ((PointwiseOperation)row.Arguments[0]!).Function).ToHashSet();
        Assert.That(typeof(Relu).Assembly.GetTypes().Where(type =>
            type is { IsValueType: true, IsGenericType: false } && typeof(IPointwise).IsAssignableFrom(type) && !tested.Contains(type)), Is.Empty);
    }

    [Test]
    public void A_third_gradient_agrees()
    {
        // d3/dx3 of tanh, summed with weights: -2 (1 - t^2) (1 - 3 t^2).
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [7]);
            var first = graph.Gradients(x.Tanh().Sum(), [x])[0];
            var second = graph.Gradients(first.Sum(), [x])[0];
            return [first, second, graph.Gradients(second.Sum(), [x])[0]];
        });
        var x = Enumerable.Range(0, 7).Select(i => -1.5f + 0.5f * i).ToArray();
        var results = function.Run(x);
        double T(float v) => 1 - Math.Tanh(v) * Math.Tanh(v);
        OperationCheck.Close(results[0].ToArray(), [.. x.Select(T)], 1e-5, "first");
        OperationCheck.Close(results[1].ToArray(), [.. x.Select(v => -2 * Math.Tanh(v) * T(v))], 1e-5, "second");
        OperationCheck.Close(results[2].ToArray(), [.. x.Select(v => -2 * T(v) * (1 - 3 * Math.Tanh(v) * Math.Tanh(v)))], 1e-5, "third");
    }

    [Test]
    public void At_its_kink_a_function_has_the_slope_that_is_stated()
    {
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [3]);
            return [.. graph.Gradients(x.Relu().Sum(), [x]), .. graph.Gradients(x.Abs().Sum(), [x])];
        });
        var results = function.Run(new float[] { -1, 0, 2 });
        Assert.That(results[0].ToArray(), Is.EqualTo(new float[] { 0, 0, 1 }));
        Assert.That(results[1].ToArray(), Is.EqualTo(new float[] { -1, 0, 1 }));
    }

    private static TestCaseData Row<F>(Func<double, double> f, double low = -2.3) where F : struct, IPointwise =>
        new TestCaseData(new Operations.Map<F>(), f, low).SetArgDisplayNames(typeof(F).Name);
}
