namespace GpuNN.Tests;

/// <summary>The matrix product as an operation: every transposition, batches, shared operands, programs in its end.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels"), Covers(typeof(Operations.MatMul))]
public sealed class MatMulOperationTests(Device device)
{
    [Test]
    public void Every_transposition_agrees([Values] bool transposeA, [Values] bool transposeB) => Verify(
        transposeA ? [4, 3] : [3, 4], transposeB ? [5, 4] : [4, 5], transposeA, transposeB);

    [Test]
    public void Every_transposition_of_a_batch_agrees([Values] bool transposeA, [Values] bool transposeB) => Verify(
        transposeA ? [2, 4, 3] : [2, 3, 4], transposeB ? [2, 5, 4] : [2, 4, 5], transposeA, transposeB);

    [Test]
    public void A_left_operand_shared_by_the_batch_agrees([Values] bool transposeA, [Values] bool transposeB) => Verify(
        transposeA ? [4, 3] : [3, 4], transposeB ? [2, 5, 4] : [2, 4, 5], transposeA, transposeB);

    [Test]
    public void A_right_operand_shared_by_the_batch_agrees([Values] bool transposeA, [Values] bool transposeB) => Verify(
        transposeA ? [2, 4, 3] : [2, 3, 4], transposeB ? [5, 4] : [4, 5], transposeA, transposeB);

    [TestCase(1, 1, 1)]
    [TestCase(1, 7, 3)]
    [TestCase(7, 1, 3)]
    [TestCase(3, 7, 1)]
    [TestCase(0, 3, 2)]
    [TestCase(3, 0, 2)]
    [TestCase(3, 2, 0)]
    public void Thin_and_empty_products_agree(int rows, int inner, int columns) => Verify([rows, inner], [inner, columns], false, false);

    [Test]
    public void More_axes_than_three_agree()
    {
        Shape a = [2, 3, 2, 4], b = [2, 3, 4, 3];
        OperationCheck.Verify(device, x => x[0].MatMul(x[1]), [a, b], x => Reference.MatMul(x[0], [6, 2, 4], x[1], [6, 4, 3], false, false));
    }

    [Test]
    public void A_transposed_operand_is_read_as_it_lies()
    {
        OperationCheck.Verify(device, x => x[0].Transpose().MatMul(x[1].Transpose()), [[4, 3], [5, 4]],
            x => Reference.MatMul(x[0], [4, 3], x[1], [5, 4], true, true));
        var function = device.Compile(graph => graph.Input("a", [4, 3]).Transpose().MatMul(graph.Input("b", [5, 4]).Transpose()));
        function.Run(new float[12], new float[20]);
        Assert.That(function.Plan.Lines.Select(line => line.Name), Is.EqualTo(new[] { "MatMul" }));
    }

    [Test]
    public void A_square_times_itself_agrees() => OperationCheck.Verify(device, x => x[0].MatMul(x[0]), [[5, 5]],
        x => Reference.MatMul(x[0], [5, 5], x[0], [5, 5], false, false));

    [Test]
    public void Bias_and_ReLU_in_its_end_agree()
    {
        Shape[] shapes = [[3, 4], [4, 5], [5]];
        OperationCheck.Verify(device, x => (x[0].MatMul(x[1]) + x[2]).Relu(), shapes, x =>
        {
            var product = Reference.MatMul(x[0], shapes[0], x[1], shapes[1], false, false);
            return [.. product.Select((value, i) => Math.Max(0, value + x[2][i % 5]))];
        });
    }

    [Test]
    public void A_chain_with_columns_numbers_and_slopes_in_its_end_agrees()
    {
        Shape[] shapes = [[3, 4], [4, 5], [3, 1], [], [3, 5]];
        OperationCheck.Verify(device, x => (x[0].MatMul(x[1]) * x[2] + x[3]).Tanh() * x[4].Sigmoid() - x[4], shapes, x =>
        {
            var product = Reference.MatMul(x[0], shapes[0], x[1], shapes[1], false, false);
            return [.. product.Select((value, i) => Math.Tanh(value * x[2][i / 5] + x[3][0]) / (1 + Math.Exp(-x[4][i])) - x[4][i])];
        });
    }

    [Test]
    public void A_batched_product_with_a_bias_agrees()
    {
        Shape[] shapes = [[2, 3, 4], [4, 5], [5]];
        OperationCheck.Verify(device, x => (x[0].MatMul(x[1]) + x[2]).Tanh(), shapes, x =>
        {
            var product = Reference.MatMul(x[0], shapes[0], x[1], shapes[1], false, false);
            return [.. product.Select((value, i) => Math.Tanh(value + x[2][i % 5]))];
        });
    }

    [Test]
    public void Two_layers_and_their_masks_agree()
    {
        Shape[] shapes = [[3, 4], [4, 6], [6], [6, 2]];
        OperationCheck.Verify(device, x => (x[0].MatMul(x[1]) + x[2]).Softplus().MatMul(x[3]), shapes, x =>
        {
            var hidden = Reference.MatMul(x[0], shapes[0], x[1], shapes[1], false, false);
            return Reference.MatMul([.. hidden.Select((value, i) => Math.Log(1 + Math.Exp(value + x[2][i % 6])))], [3, 6], x[3], shapes[3], false, false);
        });
    }

    [Test]
    public void A_bias_and_an_activation_run_in_the_end_of_the_product()
    {
        var function = device.Compile(graph => (graph.Input("x", [3, 4]).MatMul(graph.Input("w", [4, 5])) + graph.Input("b", [5])).Relu());
        function.Run(new float[12], new float[20], new float[5]);
        Assert.That(function.Plan.Lines.Select(line => line.Name), Is.EqualTo(new[] { "MatMul Add Relu" }));
    }

    private void Verify(Shape a, Shape b, bool transposeA, bool transposeB)
    {
        var result = Shape.Of([.. (a.Rank > 2 ? a : b).Sizes[..^2], transposeA ? a[^1] : a[^2], transposeB ? b[^2] : b[^1]]);
        var got = device.Compile(graph => graph.Apply(new Operations.MatMul(transposeA, transposeB), graph.Input("a", a), graph.Input("b", b)))
            .Run(new float[a.Elements], new float[b.Elements])[0].Shape;
        Assert.That(got, Is.EqualTo(result));
        OperationCheck.Verify(device, new Operations.MatMul(transposeA, transposeB), [a, b], x => Reference.MatMul(x[0], a, x[1], b, transposeA, transposeB));
    }
}
