namespace GpuNN.Tests;

/// <summary>The reverse walk: adding up, what is unused, what is refused, gradients of gradients.</summary>
public sealed class GradientTests
{
    private readonly Device device = Devices.Host();

    [Test]
    public void The_gradient_of_what_is_not_used_is_zero()
    {
        var unused = new Parameter("unused", [2, 3], Inits.Ones);
        var results = device.Compile(graph =>
        {
            Tensor x = graph.Input("x", [2]), idle = graph.Input("idle", [4]);
            return [.. graph.Gradients(x.Square().Sum(), [unused, x, idle])];
        }, Checks.PoisonedArena).Run(new float[] { 1, 2 }, new float[4]);
        Assert.That(results[0].ToArray(), Is.EqualTo(new float[6]));
        Assert.That(results[0].Shape, Is.EqualTo(Shape.Of(2, 3)));
        Assert.That(results[1].ToArray(), Is.EqualTo(new float[] { 2, 4 }));
        Assert.That(results[2].ToArray(), Is.EqualTo(new float[4]));
    }

    [Test]
    public void Gradients_of_many_consumers_add_up()
    {
        var results = device.Compile(graph =>
        {
            var x = graph.Input("x", [3]);
            var y = x.Sum() + (x * x).Sum() + x.Reshape([3, 1]).Mean() + x.Slice(0, 1, 1).Sum() + x.Max();
            return [.. graph.Gradients(y, [x])];
        }, Checks.PoisonedArena).Run(new float[] { 1, 2, 3 });
        OperationCheck.Close(results[0].ToArray(), [1 + 2 + 1.0 / 3, 1 + 4 + 1.0 / 3 + 1, 1 + 6 + 1.0 / 3 + 1], 1e-6, "sum");
    }

    [Test]
    public void A_tensor_in_the_middle_has_a_gradient_too()
    {
        var results = device.Compile(graph =>
        {
            var x = graph.Input("x", [2]);
            var y = x.Square();
            return [.. graph.Gradients((y * x).Sum(), [y, x])];
        }, Checks.PoisonedArena).Run(new float[] { 2, 3 });
        Assert.That(results[0].ToArray(), Is.EqualTo(new float[] { 2, 3 }), "by y");
        Assert.That(results[1].ToArray(), Is.EqualTo(new float[] { 12, 27 }), "by x, through y as well");
    }

    [Test]
    public void What_is_differentiated_may_be_the_operand_itself()
    {
        var results = device.Compile(graph =>
        {
            Tensor x = graph.Input("x", []), v = graph.Input("v", [2]);
            return [.. graph.Gradients(x, [x]), .. graph.Gradients(v, [v], cotangent: v * 3f), .. graph.Gradients(x, [x, x])];
        }).Run(new float[] { 5 }, new float[] { 1, 2 });
        Assert.That(results[0].ToArray(), Is.EqualTo(new float[] { 1 }));
        Assert.That(results[1].ToArray(), Is.EqualTo(new float[] { 3, 6 }));
        Assert.That((results[2].Scalar(), results[3].Scalar()), Is.EqualTo((1f, 1f)));
    }

    [Test]
    public void The_Hessian_of_a_cubic_is_right()
    {
        // f = sum of x_i^2 x_(i+1): second derivatives 2 x_(i+1) on the diagonal, 2 x_i beside it.
        const int n = 4;
        var results = device.Compile(graph =>
        {
            var x = graph.Input("x", [n]);
            var f = (x.Slice(0, 0, n - 1).Square() * x.Slice(0, 1, n - 1)).Sum();
            var g = graph.Gradients(f, [x])[0];
            return [g, .. Enumerable.Range(0, n).Select(i => graph.Gradients(g.Slice(0, i, 1).Sum(), [x])[0]), graph.Gradients(graph.Gradients(g.Sum(), [x])[0].Sum(), [x])[0]];
        }, Checks.PoisonedArena).Run(new float[] { 1, 2, 3, 4 });
        Assert.That(results[0].ToArray(), Is.EqualTo(new float[] { 4, 13, 28, 9 }));
        float[][] hessian = [[4, 2, 0, 0], [2, 6, 4, 0], [0, 4, 8, 6], [0, 0, 6, 0]];
        for (var i = 0; i < n; i++)
            Assert.That(results[1 + i].ToArray(), Is.EqualTo(hessian[i]), $"row {i}");
        // Each third derivative is 2: the sum of all by x_k has (2 + 2 + 2) as far as there are neighbours.
        Assert.That(results[n + 1].ToArray(), Is.EqualTo(new float[] { 4, 6, 6, 2 }));
    }

    [Test]
    public void A_penalty_on_the_gradient_trains()
    {
        // L = |d/dx (w x^2)|^2 = 4 w^2 x^2, so dL/dw = 8 w x^2.
        var w = new Parameter("w", [], Inits.Constant(3));
        var result = device.Compile(graph =>
        {
            var x = graph.Input("x", [2]);
            var slope = graph.Gradients((w * x.Square()).Sum(), [x])[0];
            return graph.Gradients(slope.Square().Sum(), [w])[0];
        }, Checks.PoisonedArena).Run(new float[] { 1, 2 });
        Assert.That(result[0].Scalar(), Is.EqualTo(8 * 3 * 5f).Within(1e-4));
    }

    [Test]
    public void More_than_one_number_needs_a_cotangent() => Refused(graph =>
    {
        var x = graph.Input("x", [2]);
        return graph.Gradients(x * 2f, [x])[0];
    }, "Gradients: needs one number to differentiate, or a cotangent, but got Multiply (2).\nReduce it with Mean() or Sum() first.");

    [Test]
    public void A_cotangent_has_the_shape_of_what_is_differentiated() => Refused(graph =>
    {
        var x = graph.Input("x", [2]);
        return graph.Gradients(x * 2f, [x], cotangent: x.Sum())[0];
    }, "Gradients: needs a cotangent of the shape of y, but got () for (2).\nReshape the cotangent.");

    private void Refused(Func<Graph, Tensor> record, string message) =>
        Assert.That(() => device.Compile(record).Run(new float[2]), Throws.TypeOf<ShapeException>().With.Message.EqualTo(message));
}
