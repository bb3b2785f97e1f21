namespace GpuNN.Tests;

/// <summary>Operations of two and of four numbers: values, gradients of either order, every pattern of broadcasting.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(Operations.Add), typeof(Operations.Subtract), typeof(Operations.Multiply), typeof(Operations.Divide), typeof(Operations.Maximum))]
[Covers(typeof(Operations.Minimum), typeof(Operations.Power), typeof(Operations.Greater), typeof(Operations.Equal))]
[Covers(typeof(Operations.WhereGreater), typeof(Operations.WhereEqual), typeof(Operations.LeakyRelu), typeof(Operations.Elu))]
public sealed class PointwiseOperationTests(Device device)
{
    private static readonly Shape matrix = [3, 5];

    public static readonly TestCaseData[] Pairs =
    [
        Pair(new Operations.Add(), (a, b) => a + b),
        Pair(new Operations.Subtract(), (a, b) => a - b),
        Pair(new Operations.Multiply(), (a, b) => a * b),
        Pair(new Operations.Divide(), (a, b) => a / b, new() { Ranges = new Dictionary<int, (double, double)> { [1] = (0.5, 2) } }),
        Pair(new Operations.Maximum(), Math.Max),
        Pair(new Operations.Minimum(), Math.Min),
        Pair(new Operations.Power(), Math.Pow, new() { Ranges = new Dictionary<int, (double, double)> { [0] = (0.3, 2) } }),
        Pair(new Operations.Greater(), (a, b) => a > b ? 1 : 0),
        Pair(new Operations.Equal(), (a, b) => a == b ? 1 : 0),
        Pair(new Operations.LeakyRelu(), (a, b) => a > 0 ? a : b * a),
        Pair(new Operations.Elu(), (a, b) => a > 0 ? a : b * (Math.Exp(a) - 1)),
    ];

    public static readonly Shape[][] Patterns =
    [
        [[3, 5], [5]],              // a row
        [[3, 5], [3, 1]],           // a column
        [[3, 5], []],               // one number
        [[3, 5], [1, 1]],
        [[3, 1], [1, 5]],           // both stretched
        [[5], [3, 5]],              // the other way round
        [[2, 3, 5], [5]],
        [[2, 3, 5], [3, 5]],
        [[2, 3, 5], [2, 1, 1]],
        [[2, 3, 5], [2, 1, 5]],     // a middle axis
        [[2, 3, 5], [3, 1]],        // both ends
        [[2, 1, 5], [1, 3, 1]],     // nobody full
        [[2, 1, 3, 1], [4, 1, 5]],
        [[1], []],
        [[], []],
        [[1, 1], [1]],
        [[17], [17]],
        [[0, 5], [5]],              // an empty batch
        [[0, 3], [0, 1]],
        [[3, 0], [3, 1]],
    ];

    [TestCaseSource(nameof(Pairs))]
    public void A_pair_agrees_with_the_reference(Operation operation, Func<double, double, double> f, object options) =>
        OperationCheck.Verify(device, operation, [matrix, matrix], x => Reference.Pointwise([matrix, matrix], x, v => f(v[0], v[1])), (CheckOptions)options);

    [TestCaseSource(nameof(Pairs))]
    public void A_pair_agrees_where_a_column_meets_a_row(Operation operation, Func<double, double, double> f, object options)
    {
        Shape[] shapes = [[3, 1], [5]];
        OperationCheck.Verify(device, operation, shapes, x => Reference.Pointwise(shapes, x, v => f(v[0], v[1])), (CheckOptions)options);
    }

    [TestCaseSource(nameof(Patterns))]
    public void Broadcasting_agrees_with_the_reference(Shape a, Shape b) =>
        OperationCheck.Verify(device, x => x[0] * x[1] - x[0].Tanh(), [a, b], x => Reference.Pointwise([a, b], x, v => v[0] * v[1] - Math.Tanh(v[0])));

    [Test]
    public void Choices_agree_with_the_reference()
    {
        Shape[] shapes = [[3, 5], [3, 1], [5], [3, 5]];
        OperationCheck.Verify(device, new Operations.WhereGreater(), shapes, x => Reference.Pointwise(shapes, x, v => v[0] > v[1] ? v[2] : v[3]));
        OperationCheck.Verify(device, x => Choices.WhereEqual(x[0].Map<Pointwise.Sign>(), x[1].Map<Pointwise.Sign>(), x[2], x[3]), shapes,
            x => Reference.Pointwise(shapes, x, v => Math.Sign(v[0]) == Math.Sign(v[1]) ? v[2] : v[3]));
    }

    [Test]
    public void Four_operands_that_all_differ_in_their_axes_agree()
    {
        Shape[] shapes = [[2, 1, 1], [3, 1], [5], [2, 3, 5]];
        OperationCheck.Verify(device, new Operations.WhereGreater(), shapes, x => Reference.Pointwise(shapes, x, v => v[0] > v[1] ? v[2] : v[3]));
    }

    [Test]
    public void Constants_stand_on_either_side()
    {
        OperationCheck.Verify(device, x => 2f * x[0] - 1f / (3f + x[0]) + (1f - x[0]) / 4f, [matrix],
            x => [.. x[0].Select(v => 2 * v - 1 / (3 + v) + (1 - v) / 4)]);
        OperationCheck.Verify(device, x => ((Tensor)2f).Exp() * x[0] + x[0].Clamp(-0.73f, 0.91f), [matrix],
            x => [.. x[0].Select(v => Math.Exp(2) * v + Math.Clamp(v, -0.73f, 0.91f))]);
    }

    // The gradient looks at the result where the parameter is 0 or more, else at the operand.
    [TestCase(0.3f), TestCase(1.7f), TestCase(0f), TestCase(-0.4f)]
    public void Rectifiers_with_a_fixed_parameter_agree(float parameter)
    {
        OperationCheck.Verify(device, x => x[0].LeakyRelu(parameter), [matrix], x => [.. x[0].Select(v => v > 0 ? v : parameter * v)]);
        OperationCheck.Verify(device, x => x[0].Elu(parameter), [matrix], x => [.. x[0].Select(v => v > 0 ? v : parameter * (Math.Exp(v) - 1))]);
    }

    [Test]
    public void A_tie_gives_the_whole_gradient_to_the_first()
    {
        var function = device.Compile(graph =>
        {
            var (a, b) = (graph.Input("a", [3]), graph.Input("b", [3]));
            return [.. graph.Gradients(a.Maximum(b).Sum() + a.Minimum(b).Sum(), [a, b])];
        });
        var results = function.Run(new float[] { 1, 2, 3 }, new float[] { 1, 2, 3 });
        Assert.That(results[0].ToArray(), Is.EqualTo(new float[] { 2, 2, 2 }));
        Assert.That(results[1].ToArray(), Is.EqualTo(new float[] { 0, 0, 0 }));
    }

    private static TestCaseData Pair(Operation operation, Func<double, double, double> f, CheckOptions? options = null) =>
        new TestCaseData(operation, f, options ?? new()).SetArgDisplayNames(operation.Name);
}
