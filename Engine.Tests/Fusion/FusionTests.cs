using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>What is fused into one launch, what must not be, and that the numbers are the same.</summary>
public sealed class FusionTests
{
    private readonly Device device = Devices.Host();

    [Test]
    public void A_chain_is_one_launch() => Launches(x => (x.Tanh() * 2f + 1f).Sigmoid() - x, "Tanh Multiply Add Sigmoid Subtract");

    [Test]
    public void A_diamond_is_one_launch() => Launches(x =>
    {
        var y = x.Tanh();
        return y.Exp() * y.Square();
    }, "Tanh Exp Square Multiply");

    [Test]
    public void A_diamond_with_a_sum_in_its_middle_makes_no_cycle() => Launches(x =>
    {
        var y = x.Exp();
        return y / y.Sum(1, keepAxis: true);
    }, "Exp", "Sum", "Divide");

    [Test]
    public void A_diamond_with_a_product_in_its_middle_makes_no_cycle() => Launches(x =>
    {
        var y = x.Tanh();
        return (y + y.MatMul(y.Transpose()).MatMul(y)).Relu();
    }, "Tanh", "MatMul", "MatMul Add Relu");

    [Test]
    public void Two_diamonds_that_cross_make_no_cycle() => Launches(x =>
    {
        var (a, b) = (x.Tanh(), x.Sigmoid());
        return a * b.Sum(1, keepAxis: true) + b * a.Sum(0, keepAxis: true);
    }, "Sigmoid", "Sum", "Tanh Multiply", "Sum", "Multiply Add");

    [Test]
    public void A_long_way_round_makes_no_cycle() => Launches(x =>
    {
        var y = x.Tanh();
        var far = y.Sum(1, keepAxis: true).Exp().Reshape([3]).Square().Sum().Log();
        return y * 2f + far;
    }, "Tanh Multiply", "Sum", "Exp", "Square", "Sum", "Log", "Add");

    [Test]
    public void Two_results_of_one_launch_are_both_right() => Launches(x => [x.Tanh(), x.Tanh().Square() + x], "Tanh", "Tanh Square Add");

    [Test]
    public void A_result_in_the_middle_of_a_launch_is_written() => Launches(x =>
    {
        var y = x.Tanh();
        return [y, y.Square() + x];
    }, "Tanh Square Add");

    [Test]
    public void A_product_with_two_users_keeps_its_own_launch() => Launches(x =>
    {
        var y = x.MatMul(x.Transpose());
        return [y.Relu(), y.Sum(1)];
    }, "MatMul", "Relu", "Sum");

    [Test]
    public void A_product_that_is_returned_keeps_its_own_launch() => Launches(x =>
    {
        var y = x.MatMul(x.Transpose());
        return [y, y.Relu()];
    }, "MatMul", "Relu");

    [Test]
    public void Only_one_of_two_products_ends_in_a_program() => Launches(x => (x.MatMul(x.Transpose()) - x.Tanh().MatMul(x.Transpose())).Relu(),
        "MatMul", "Tanh", "MatMul Subtract Relu");

    [Test]
    public void A_product_used_twice_in_its_own_program_ends_in_it() => Launches(x =>
    {
        var y = x.MatMul(x.Transpose());
        return y * y.Sigmoid();
    }, "MatMul Sigmoid Multiply");

    // A residual of the same shape, a column over (images * channels, pixels) and a row over the pixels, at every lane width.
    [Test]
    public void A_convolution_ends_in_its_program([Values(16, 8, 4)] int lanes)
    {
        var window = new Window(3, 1, 1);
        Convolves(lanes, x => x[0].Convolve(x[1], x[2], window).Relu(), "Convolve Relu");
        Convolves(lanes, x => (x[0].Convolve(x[1], x[2], window) + x[0]).Relu(), "Convolve Add Relu");
        Convolves(lanes, x => (x[0].Convolve(x[1], null, window) * x[3] + 2f).Relu(), "Convolve Multiply Add Relu");
        Convolves(lanes, x => x[0].Convolve(x[1], x[2], window).Tanh() * x[4], "Convolve Tanh Multiply");
        Convolves(lanes, x => x[0].ConvolveTransposed(x[1], x[2], window, new(9, 11)).Relu() + x[3], "ConvolveTransposed Relu Add");
        Convolves(lanes, x => x[0].ConvolveTransposed(x[1], x[2], new Window(3, 2, 1), new(17, 21)).Relu() * x[3], "ConvolveTransposed Relu Multiply");
        Convolves(lanes, x => x[0].ConvolveTransposed(x[5], null, window, new(9, 11)).Relu() * 2f, "ConvolveTransposed Relu Multiply");
        Convolves(lanes, x => (x[6].Convolve(x[7], x[8], window) + x[6]).Relu(), "Convolve Add Relu");
    }

    [Test]
    public void A_normalisation_ends_with_what_follows() => Launches(x =>
    {
        var statistics = x.BatchStatistics();
        return (x.NormaliseByBatch(statistics, statistics.Slice(0, 0, 1).Reshape([x.Shape[1]]), statistics.Slice(0, 2, 1).Reshape([x.Shape[1]]), 1e-3f) + x).Relu();
    }, "BatchStatistics", "Slice", "Slice", "BatchNormalise Add Relu");

    [Test]
    public void Other_shapes_are_other_launches() => Launches(x => x.Tanh().Slice(0, 0, 1).Square() + x.Sum(0, keepAxis: true), "Tanh", "Slice", "Sum", "Square Add");

    [Test]
    public void A_launch_has_at_most_16_operands([Values(2, 15, 16, 17, 40)] int count)
    {
        Shape shape = [3, 5];
        var feeds = Enumerable.Range(0, count).Select(i => FusingCheck.Numbers(15, i)).ToArray();
        var function = device.Compile(graph => Enumerable.Range(0, count).Select(i => graph.Input($"x{i}", shape)).Aggregate((a, b) => a.Tanh() + b), Checks.PoisonedArena);
        var y = function.Run([.. feeds.Select(feed => (Feed)feed)])[0].ToArray();
        var wanted = feeds.Select(feed => feed.Select(v => (double)v)).Aggregate((a, b) => a.Zip(b, (u, v) => Math.Tanh(u) + v));
        OperationCheck.Close(y, [.. wanted], 1e-6, "sum");
        Assert.That(function.Plan.Lines, Has.Count.EqualTo(count < 16 ? 1 : count < 30 ? 2 : 3));
    }

    [Test]
    public void A_launch_with_many_results_stays_within_16_operands()
    {
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [7]);
            return [.. Enumerable.Range(1, 40).Select(i => x * (float)i)];
        }, Checks.PoisonedArena);
        var results = function.Run(new float[] { 1, 2, 3, 4, 5, 6, 7 });
        for (var i = 0; i < 40; i++)
            Assert.That(results[i].ToArray(), Is.EqualTo(Enumerable.Range(1, 7).Select(v => (float)v * (i + 1))));
    }

    [Test]
    public void Random_graphs_stay_within_the_operands_and_compute_everything_once()
    {
        for (var seed = 200; seed < 260; seed++)
        {
            var outputs = new RandomGraph(seed, length: 60).Record([.. RandomGraph.Shapes.Select((shape, i) => new Input($"x{i}", shape, ElementKind.Float))]);
            var steps = FusionPass.Run(outputs, [], fuse: true);
            foreach (var program in steps.OfType<ProgramStep>())
                Assert.That(program.Reads.Count + program.Writes.Count, Is.LessThanOrEqualTo(PointwiseProgram.MostOperands), $"seed {seed}");
            var written = new HashSet<Node>(ReferenceEqualityComparer.Instance);
            foreach (var step in steps)
            {
                foreach (var read in step.Reads.Select(MemoryPlan.Root).OfType<Node>())
                    Assert.That(written, Does.Contain(read), $"seed {seed}: {step.Name} reads {read} before it is there");
                foreach (var node in step.Writes)
                    Assert.That(written.Add(node), Is.True, $"seed {seed}: {node} is computed twice");
            }
        }
    }

    [Test]
    public void A_graph_of_thousands_of_nodes_in_a_row_is_no_problem()
    {
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [3]);
            var y = x;
            for (var i = 0; i < 1500; i++)
                y = i % 50 == 49 ? y.Reshape([3, 1]).Sum(1) : 0.999f * y;
            return [y, .. graph.Gradients(y.Sum(), [x])];
        });
        var results = function.Run(new float[] { 1, 2, 3 });
        var factor = Math.Pow(0.999f, 1500 - 30);
        OperationCheck.Close(results[0].ToArray(), [factor, 2 * factor, 3 * factor], 1e-4, "value");
        OperationCheck.Close(results[1].ToArray(), [factor, factor, factor], 1e-4, "gradient");
    }

    private static void Convolves(int lanes, Func<Tensor[], Tensor> build, params string[] names)
    {
        Shape[] shapes = [[3, 33, 9, 11], [33, 33, 3, 3], [33], [3, 33, 1, 1], [9, 11], [33, 2, 3, 3], [1, 9, 61, 60], [9, 9, 3, 3], [9]];
        Function Compile(Checks checks) => Devices.Host(2, lanes).Compile(
            graph => build([.. shapes.Select((shape, i) => graph.Input($"x{i}", shape))]), checks | Checks.PoisonedArena);
        Function fused = Compile(Checks.None), unfused = Compile(Checks.Unfused);
        Feed[] feeds = [.. shapes.Select((shape, i) => Feed.Of($"x{i}", FusingCheck.Numbers((int)shape.Elements, i), shape))];
        float[] got = fused.Run(feeds)[0].ToArray(), wanted = unfused.Run(feeds)[0].ToArray();
        OperationCheck.Close(got, [.. wanted.Select(v => (double)v)], 1e-6, $"{names[0]} at {lanes} lanes");
        Assert.That(fused.Plan.Lines.Select(line => line.Name), Is.EquivalentTo(names));
        Assert.That(unfused.Plan.Lines, Has.Count.EqualTo(names[0].Split(' ').Length));
    }

    private void Launches(Func<Tensor, Tensor> build, params string[] names) => Launches(x => [build(x)], names);

    private void Launches(Func<Tensor, Tensor[]> build, params string[] names)
    {
        var x = FusingCheck.Numbers(15, 3);
        Function Compile(Checks checks) => device.Compile(graph => build(graph.Input("x", [3, 5])), checks | Checks.PoisonedArena);
        Function fused = Compile(Checks.None), unfused = Compile(Checks.Unfused);
        Results got = fused.Run(x), wanted = unfused.Run(x);
        for (var i = 0; i < got.Count; i++)
            OperationCheck.Close(got[i].ToArray(), [.. wanted[i].ToArray().Select(v => (double)v)], 1e-6, $"result {i}");
        Assert.That(fused.Plan.Lines.Select(line => line.Name), Is.EquivalentTo(names));
    }
}
