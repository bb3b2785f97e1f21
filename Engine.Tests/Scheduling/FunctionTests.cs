using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Compiled functions: feeds, results by name, one variant a shape, memory that grows, texts of errors.</summary>
public sealed class FunctionTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(Devices.Open("cpu"));

    [TearDown]
    public void Close() => device.Dispose();

    [Test]
    public void Results_come_by_name_and_by_order()
    {
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [graph.Batch, 2]);
            return [x.Sum(1).Named("rows"), x.Mean(), (x * 2f).Named("twice")];
        });
        var results = function.Run(new float[] { 1, 2, 3, 4 });
        Assert.That(results.Count, Is.EqualTo(3));
        Assert.That(results["rows"].ToArray(), Is.EqualTo(new float[] { 3, 7 }));
        Assert.That(results[1].Scalar(), Is.EqualTo(2.5f));
        Assert.That((results["twice"].Shape, results["twice"].Kind, results["twice"].Name), Is.EqualTo((Shape.Of(2, 2), ElementKind.Float, "twice")));
        Says<KeyNotFoundException>(() => _ = results["loss"],
            "Results: there is no result 'loss', but rows, [1], twice.\nName it with .Named(\"loss\") where the function returns it.");
        Says<ShapeException>(() => results["twice"].Scalar(),
            "Scalar: needs a result of one number, but 'twice' has the shape (2, 2).\nReduce it with Mean() or Sum() where the function returns it, or use ToArray().");
        Says<InvalidOperationException>(() => results["twice"].ToIntArray(), "Result 'twice' holds Float elements, not Int.\nUse ToArray().");
    }

    [Test]
    public void A_function_without_results_says_so()
    {
        var p = new Parameter("p", [2], Inits.Ones);
        var results = device.Compile(graph => graph.Update(p, p * 3f)).Run();
        Assert.That((results.Count, p.ToArray()), Is.EqualTo((0, new float[] { 3, 3 })));
        Says<KeyNotFoundException>(() => _ = results["loss"],
            "Results: there is no result 'loss', but none at all.\nName it with .Named(\"loss\") where the function returns it.");
    }

    [Test]
    public void Feeds_parameters_and_numbers_may_be_returned_as_they_are()
    {
        var p = new Parameter("p", [2], Inits.Constant(4));
        var function = device.Compile(graph =>
        {
            Tensor x = graph.Input("x", [3]), number = 2.5f;
            return [x, p, number, x.Reshape([3, 1]), p.Detach(), x];
        }, Checks.PoisonedArena);
        var results = function.Run(new float[] { 1, 2, 3 });
        Assert.That(results[0].ToArray(), Is.EqualTo(new float[] { 1, 2, 3 }));
        Assert.That(results[1].ToArray(), Is.EqualTo(new float[] { 4, 4 }));
        Assert.That(results[2].Scalar(), Is.EqualTo(2.5f));
        Assert.That(results[3].Shape, Is.EqualTo(Shape.Of(3, 1)));
        Assert.That(results[3].ToArray(), Is.EqualTo(new float[] { 1, 2, 3 }));
        Assert.That(results[4].ToArray(), Is.EqualTo(new float[] { 4, 4 }));
        Assert.That(results[5].ToArray(), Is.EqualTo(new float[] { 1, 2, 3 }));
    }

    [Test]
    public void Integers_are_reshaped_and_returned_as_integers()
    {
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [2, 2, 3]);
            var labels = graph.Labels("t", [2, 2]).Reshape([4]);
            return [x.ArgMax().Reshape([4]), labels.EqualTo(x.ArgMax().Reshape([4]))];
        }, Checks.PoisonedArena);
        var results = function.Run(new float[] { 1, 2, 3, 6, 5, 4, 7, 9, 8, 0, 0, 1 }, new[] { 2, 1, 1, 2 });
        Assert.That((results[0].Kind, results[0].Shape), Is.EqualTo((ElementKind.Int, Shape.Of(4))));
        Assert.That(results[0].ToIntArray(), Is.EqualTo(new[] { 2, 0, 1, 2 }));
        Assert.That(results[1].ToArray(), Is.EqualTo(new float[] { 1, 0, 1, 1 }));
        Says<InvalidOperationException>(() => results[0].ToArray(), "Result '' holds Int elements, not Float.\nUse ToIntArray().");
    }

    [Test]
    public void One_tensor_may_have_two_names_in_two_results()
    {
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [2]).Exp();
            return [x.Named("y"), x.Reshape([2, 1]).Named("column")];
        }, Checks.PoisonedArena);
        var results = function.Run(new float[] { 0, 0 });
        Assert.That((results["y"].Shape, results["column"].Shape), Is.EqualTo((Shape.Of(2), Shape.Of(2, 1))));
        Assert.That(results["column"].ToArray(), Is.EqualTo(new float[] { 1, 1 }));
    }

    [Test]
    public void Each_shape_is_recorded_once_and_the_last_batch_may_be_short()
    {
        var recorded = new List<int>();
        var function = device.Compile(graph =>
        {
            recorded.Add(graph.Batch);
            return graph.Input("x", [graph.Batch, 2]).Sum(1);
        });
        foreach (var batch in new[] { 4, 4, 3, 4, 1, 3 })
            Assert.That(function.Run(Feed.Of("x", Enumerable.Repeat(1.5f, 2 * batch).ToArray(), [batch, 2]))[0].ToArray(), Is.EqualTo(Enumerable.Repeat(3f, batch)));
        Assert.That(recorded, Is.EqualTo(new[] { 4, 3, 1 }));
    }

    [Test]
    public void A_batch_may_be_empty()
    {
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [graph.Batch, 2]);
            return [x.MatMul(x.Transpose()).Softplus(), x.Sum(0)];
        }, Checks.PoisonedArena);
        var results = function.Run(Feed.Of("x", Array.Empty<float>(), [0, 2]));
        Assert.That(results[0].ToArray(), Is.Empty);
        Assert.That(results[1].ToArray(), Is.EqualTo(new float[2]));
    }

    [Test]
    public void The_16_shapes_used_last_are_kept()
    {
        var recorded = new List<int>();
        var function = device.Compile(graph =>
        {
            recorded.Add(graph.Batch);
            return graph.Input("x", [graph.Batch]) * 2f;
        });
        float[] Run(int batch) => function.Run(Feed.Of("x", Enumerable.Repeat((float)batch, batch).ToArray(), [batch]))[0].ToArray();
        for (var batch = 1; batch <= 16; batch++)
            Run(batch);
        Run(1);
        Run(17);
        recorded.Clear();
        Assert.That(Run(1), Is.EqualTo(new float[] { 2 }), "used last but one");
        Assert.That(recorded, Is.Empty);
        Assert.That(Run(2), Is.EqualTo(new float[] { 4, 4 }), "not used for longest");
        Assert.That(recorded, Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void Feeds_go_by_name_or_by_order_and_without_any_the_last_ones_count()
    {
        var function = device.Compile(graph => graph.Input("a", [2]) - graph.Input("b", [2]));
        float[] three = [3, 3], one = [1, 1];
        Assert.That(function.Run(three, one)[0].ToArray(), Is.EqualTo(new float[] { 2, 2 }));
        Assert.That(function.Run(Feed.Of("b", three), Feed.Of("a", one))[0].ToArray(), Is.EqualTo(new float[] { -2, -2 }));
        Assert.That(function.Run()[0].ToArray(), Is.EqualTo(new float[] { -2, -2 }));
    }

    [Test]
    public void An_input_may_take_the_shape_of_its_feed()
    {
        var function = device.Compile(graph => graph.Input("x").Sum(-1));
        Assert.That(function.Run(Feed.Of("x", new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]))[0].ToArray(), Is.EqualTo(new float[] { 6, 15 }));
        Assert.That(function.Run(Feed.Of("x", new float[] { 1, 2, 3, 4, 5, 6 }, [3, 2]))[0].ToArray(), Is.EqualTo(new float[] { 3, 7, 11 }));
    }

    [Test]
    public void Two_functions_share_the_arena_and_bind_again_when_it_grows()
    {
        Function Square(int rows) => device.Compile(graph =>
        {
            var x = graph.Input("x", [rows, 8]);
            return x.MatMul(x.Transpose()).Softmax().Sum(0).Square().Sum();
        }, Checks.PoisonedArena | Checks.Unfused);
        Function small = Square(2), large = Square(100);
        float[] few = [.. Enumerable.Range(0, 16).Select(i => i / 16f)], many = [.. Enumerable.Range(0, 800).Select(i => i % 13 / 13f)];
        var before = small.Run(few)[0].Scalar();
        var arena = device.Arena.Elements;
        var result = large.Run(many)[0].Scalar();
        Assert.That(device.Arena.Elements, Is.GreaterThan(arena));
        var grown = device.Arena.Elements;
        for (var round = 0; round < 3; round++)
        {
            Assert.That(small.Run(few)[0].Scalar(), Is.EqualTo(before));
            Assert.That(large.Run(many)[0].Scalar(), Is.EqualTo(result));
        }
        Assert.That(device.Arena.Elements, Is.EqualTo(grown));
    }

    [Test]
    public void Results_outlive_other_functions_until_their_own_runs_again()
    {
        var first = device.Compile(graph => graph.Input("x", [5]).Exp().Named("y"), Checks.PoisonedArena);
        var second = device.Compile(graph => graph.Input("x", [500]).Exp().Sum(), Checks.PoisonedArena);
        var y = first.Run(new float[5])["y"];
        second.Run(new float[500]);
        Assert.That(y.ToArray(), Is.All.EqualTo(1));
    }

    [Test]
    public void A_result_whose_memory_is_gone_says_so()
    {
        var function = device.Compile(graph => (graph.Input("x", [graph.Batch]) * 2f).Named("y"));
        var results = function.Run(new float[1]);
        for (var batch = 2; batch <= 17; batch++)
            function.Run(Feed.Of("x", new float[batch], [batch]));
        const string gone = "Result 'y' (1) is gone: its device was disposed, or its function has run on too many other shapes since.\nCopy it with ToArray() before.";
        Assert.That(() => results["y"].ToArray(), Throws.TypeOf<ObjectDisposedException>().With.Message.StartsWith(gone));
        results = function.Run(new float[1]);
        device.Dispose();
        Assert.That(() => results["y"].ToArray(), Throws.TypeOf<ObjectDisposedException>().With.Message.StartsWith(gone));
    }

    [Test]
    public void Functions_go_on_after_another_found_no_room()
    {
        var function = device.Compile(graph => graph.Input("x", [3]).Exp().Sum(), Checks.Unfused);
        function.Run(new float[3]);
        Assert.That(() => device.Arena.Grow(1L << 50), Throws.TypeOf<DeviceException>());
        Assert.That(device.Arena.Elements, Is.Zero);
        Assert.That(function.Run(new float[3])[0].Scalar(), Is.EqualTo(3));
    }

    [Test]
    public void Inputs_of_any_shape_take_that_of_the_feed_of_their_name()
    {
        var function = device.Compile(graph => graph.Input("a").Sum(0) + graph.Input("b").Sum(0) + graph.Input("c", [1]));
        float[] pair = [1, 2], one = [4], add = [10];
        Assert.That(function.Run(Feed.Of("b", one, [1]), Feed.Of("a", pair, [2]), Feed.Of("c", add))[0].ToArray(), Is.EqualTo(new float[] { 17 }));
        Says<ArgumentException>(() => function.Run(Feed.Of("a", pair, [2]), Feed.Of("b", one), Feed.Of("c", add)),
            "Input 'b' takes the shape of its feed, but no feed of that name came with one.\nFeed it as Feed.Of(\"b\", values, shape).");
    }

    [Test]
    public void A_parameter_that_is_frozen_is_left_alone_from_then_on()
    {
        Parameter p = new("p", [2], Inits.Ones), q = new("q", [2], Inits.Ones);
        var step = device.Compile(graph => graph.Minimise(p.Sum() + q.Sum(), [p, q], new Sgd(1)));
        step.Run();
        p.Trainable = false;
        step.Run();
        p.Trainable = true;
        step.Run();
        Assert.That((p.ToArray()[0], q.ToArray()[0]), Is.EqualTo((-1f, -2f)));
    }

    [Test]
    public void Nothing_runs_on_a_device_that_is_closed()
    {
        var function = device.Compile(graph => graph.Input("x", [1]) * 2f);
        function.Run(new float[1]);
        device.Dispose();
        Assert.That(() => function.Run(new float[1]), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => device.Compile(graph => graph.Input("x", [1])), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void The_random_counter_counts_runs_that_draw_nothing()
    {
        Function Draw() => device.Compile(graph => graph.Input("x", [graph.Batch]).Shape[0] == 2 ? graph.Uniform([4]) : graph.Input("none", [graph.Batch]) * 1.5f, name: "draw");
        var mixed = Draw();
        mixed.Run(new float[2]);
        mixed.Run(Feed.Of("x", new float[3]), Feed.Of("none", new float[3]));
        var resumed = Draw();
        resumed.Step = 2;
        Assert.That(mixed.Run(new float[2])[0].ToArray(), Is.EqualTo(resumed.Run(new float[2])[0].ToArray()));
    }

    private static void Says<T>(Action act, string message) where T : Exception => Assert.That(act, Throws.TypeOf<T>().With.Message.EqualTo(message));
}
