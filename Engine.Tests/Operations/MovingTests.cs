namespace GpuNN.Tests;

/// <summary>Operations that move numbers: permute, broadcast, slice, pad, concatenate, pack, reshape, detach, fill.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(Operations.Permute), typeof(Operations.Broadcast), typeof(Operations.Slice), typeof(Operations.Pad), typeof(Operations.Concatenate))]
[Covers(typeof(Operations.Pack), typeof(Operations.Reshape), typeof(Operations.Detach), typeof(Operations.Fill))]
public sealed class MovingTests(Device device)
{
    private static readonly Shape cube = [2, 3, 5];

    [TestCase(0, 1, 2)]
    [TestCase(0, 2, 1)]
    [TestCase(1, 0, 2)]
    [TestCase(1, 2, 0)]
    [TestCase(2, 0, 1)]
    [TestCase(2, 1, 0)]
    public void Permute_agrees(int first, int second, int third)
    {
        int[] order = [first, second, third];
        OperationCheck.Verify(device, x => x[0].Permute(order), [cube], x => Reference.Build([.. order.Select(axis => cube[axis])], at =>
        {
            var from = new int[3];
            for (var k = 0; k < 3; k++)
                from[order[k]] = at[k];
            return x[0][Reference.Flat(from, [.. cube])];
        }));
    }

    [Test]
    public void Permute_of_four_axes_agrees() => OperationCheck.Verify(device, x => x[0].Permute(3, 1, 0, 2), [[2, 3, 2, 5]],
        x => Reference.Build([5, 3, 2, 2], at => x[0][Reference.Flat([at[2], at[1], at[3], at[0]], [2, 3, 2, 5])]));

    public static readonly Shape[] Smaller = [[], [5], [3, 1], [2, 1, 1], [2, 1, 5], [1, 3, 1], [3, 5], [2, 3, 5]];

    [TestCaseSource(nameof(Smaller))]
    public void Broadcast_agrees(Shape from) => OperationCheck.Verify(device, new Operations.Broadcast(cube), [from], x => Reference.Broadcast(x[0], from, cube));

    [TestCase(0, 1, 1)]
    [TestCase(1, 0, 2)]
    [TestCase(2, 1, 3)]
    [TestCase(-1, 2, 0)]
    [TestCase(1, 0, 3)]
    public void Slice_agrees(int axis, int start, int size)
    {
        var at = cube.Axis(axis);
        OperationCheck.Verify(device, x => x[0].Slice(axis, start, size), [cube], x => Reference.Build([.. cube.With(at, size)], index =>
        {
            index[at] += start;
            return x[0][Reference.Flat(index, [.. cube])];
        }));
    }

    [Test]
    public void A_window_on_all_axes_agrees() => OperationCheck.Verify(device, new Operations.Slice([1, 1, 2], [1, 2, 2]), [cube],
        x => Reference.Build([1, 2, 2], at => x[0][Reference.Flat([at[0] + 1, at[1] + 1, at[2] + 2], [.. cube])]));

    [TestCase(0, 1, 0, 0f)]
    [TestCase(1, 2, 1, 0f)]
    [TestCase(2, 0, 3, -1.5f)]
    public void Pad_agrees(int axis, int before, int behind, float value) => OperationCheck.Verify(device, x => x[0].Pad(axis, before, behind, value), [cube],
        x => Reference.Build([.. cube.With(axis, before + cube[axis] + behind)], at =>
        {
            at[axis] -= before;
            return at[axis] >= 0 && at[axis] < cube[axis] ? x[0][Reference.Flat(at, [.. cube])] : value;
        }));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void Concatenate_agrees(int axis)
    {
        Shape[] shapes = [cube, cube.With(axis, 1), cube.With(axis, 4)];
        OperationCheck.Verify(device, x => Slicing.Concatenate(axis, x), shapes, x => Reference.Build([.. cube.With(axis, cube[axis] + 5)], at =>
        {
            var part = 0;
            while (at[axis] >= shapes[part][axis])
                at[axis] -= shapes[part++][axis];
            return x[part][Reference.Flat(at, [.. shapes[part]])];
        }));
    }

    [Test]
    public void A_tensor_behind_itself_agrees() => OperationCheck.Verify(device, x => Slicing.Concatenate(0, x[0], x[0].Tanh(), x[0]), [[2, 3]],
        x => [.. x[0], .. x[0].Select(Math.Tanh), .. x[0]]);

    [Test]
    public void Reshape_agrees_and_runs_nothing()
    {
        OperationCheck.Verify(device, x => x[0].Reshape([5, 6]).Square().Reshape([30]), [cube], x => [.. x[0].Select(v => v * v)]);
        OperationCheck.Verify(device, x => x[0].Flatten().MatMul(x[1]), [cube, [15, 2]], x => Reference.MatMul(x[0], [2, 15], x[1], [15, 2], false, false));
        var function = device.Compile(graph => graph.Input("x", cube).Tanh().Reshape([6, 5]));
        function.Run(new float[30]);
        Assert.That(function.Plan.Lines, Has.Count.EqualTo(1));
    }

    [Test]
    public void No_gradient_flows_through_Detach() => OperationCheck.Verify(device, x => x[0] * x[0].Tanh().Detach(), [cube],
        x => [.. x[0].Select(v => v * Math.Tanh(v))], new() { Differentiable = false, GradientTolerance = double.PositiveInfinity, SecondTolerance = double.PositiveInfinity });

    [Test]
    public void The_gradient_beside_Detach_takes_it_for_a_number()
    {
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [3]);
            return graph.Gradients((x * x.Square().Detach()).Sum(), [x])[0];
        }, Checks.PoisonedArena);
        Assert.That(function.Run(new float[] { 1, 2, 3 })[0].ToArray(), Is.EqualTo(new float[] { 1, 4, 9 }));
    }

    [Test]
    public void The_same_number_everywhere_agrees() => OperationCheck.Verify(device, x => x[0] + Graph.Current.Apply(new Operations.Fill(2.5f, [3, 5])), [[3, 5]],
        x => [.. x[0].Select(v => v + 2.5)]);

    [Test]
    public void Parts_of_a_pack_begin_at_whole_vectors()
    {
        var function = device.Compile(graph =>
        {
            var (a, b) = (graph.Input("a", [3]), graph.Input("b", [17]));
            return graph.Apply(new Operations.Pack(), a.Square(), b, a, b + 1f);
        }, Checks.PoisonedArena);
        float[] a = [1, 2, 3], b = [.. Enumerable.Range(0, 17).Select(i => (float)i)];
        var packed = function.Run(a, b)[0].ToArray();
        Assert.That(packed, Has.Length.EqualTo(16 + 32 + 16 + 32));
        Assert.That(packed[..3], Is.EqualTo(new float[] { 1, 4, 9 }));
        Assert.That(packed[16..33], Is.EqualTo(b));
        Assert.That(packed[48..51], Is.EqualTo(a));
        Assert.That(packed[64..81], Is.EqualTo(b.Select(v => v + 1)));
    }

    [Test]
    public void An_optimisers_pack_has_no_gradient()
    {
        var function = device.Compile(graph =>
        {
            var a = graph.Input("a", [3]);
            return graph.Gradients(graph.Apply(new Operations.Pack(), a).Sum(), [a])[0];
        });
        Assert.That(() => function.Run(new float[3]), Throws.TypeOf<NotSupportedException>().With.Message.Contains("Differentiate the loss itself"));
    }
}
