namespace GpuNN.Tests;

/// <summary>Updates of parameters are simultaneous: every read in a run sees the value from before it.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
public sealed class UpdateTests(Device device)
{
    private static readonly float[] one = [1, 2, 3], two = [4, 5, 6];

    private readonly Parameter a = new("a", [3], Inits.Zeros);
    private readonly Parameter b = new("b", [3], Inits.Zeros);

    [SetUp]
    public void Set()
    {
        a.Set(one);
        b.Set(two);
    }

    [Test]
    public void Two_parameters_swap()
    {
        Update(graph =>
        {
            graph.Update(a, b);
            graph.Update(b, a);
        });
        Hold(two, one);
    }

    [Test]
    public void A_second_update_of_one_parameter_is_refused() => Assert.That(
        () => Update(graph =>
        {
            graph.Update(a, b);
            graph.Update(a, b * 2f);
        }),
        Throws.ArgumentException.With.Message.EqualTo("Update: parameter 'a' takes one value a run, but gets a second one.\nAdd the changes up and update it once."));

    [Test]
    public void An_update_of_what_an_optimiser_changes_is_refused() => Assert.That(() => Update(graph =>
    {
        graph.Minimise(a.Sum(), [a], new Sgd(1));
        graph.Update(a, b);
    }), Throws.ArgumentException.With.Message.StartsWith("Update: parameter 'a' takes one value a run, but gets a second one."));

    [Test]
    public void Integers_are_no_value_of_a_parameter()
    {
        var index = new Parameter("index", [2], Inits.Zeros);
        var function = device.Compile(graph => graph.Update(index, graph.Input("x", [2, 3]).ArgMax()));
        Assert.That(() => function.Run(new float[6]), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "Update: parameter 'index' holds floats, but its new value holds integers: ArgMax (2).\nTurn labels and indices into floats with OneHot or Gather."));
    }

    [Test]
    public void Two_parameters_swap_through_views()
    {
        Update(graph =>
        {
            graph.Update(a, b.Reshape([1, 3]).Reshape([3]));
            graph.Update(b, a.Detach());
        });
        Hold(two, one);
    }

    [Test]
    public void Computed_values_see_what_was_before()
    {
        Update(graph =>
        {
            graph.Update(a, a + b);
            graph.Update(b, a * b);
        });
        Hold([5, 7, 9], [4, 10, 18]);
    }

    [Test]
    public void A_chain_of_updates_moves_each_by_one()
    {
        var c = new Parameter("c", [3], Inits.Constant(9));
        Update(graph =>
        {
            graph.Update(c, b);
            graph.Update(b, a);
            graph.Update(a, 0f);
        });
        Hold([0, 0, 0], one);
        Assert.That(c.ToArray(), Is.EqualTo(two));
    }

    [Test]
    public void What_is_returned_is_from_before_the_update()
    {
        var function = device.Compile(graph =>
        {
            graph.Update(a, a + 1f);
            return [a.Named("a"), (a * 2f).Named("twice")];
        }, Checks.PoisonedArena);
        for (var run = 0; run < 3; run++)
        {
            var results = function.Run();
            Assert.That(results["a"].ToArray(), Is.EqualTo(one.Select(v => v + run)));
            Assert.That(results["twice"].ToArray(), Is.EqualTo(one.Select(v => 2 * (v + run))));
        }
    }

    [Test]
    public void Numbers_rows_and_feeds_are_written_out()
    {
        var matrix = new Parameter("m", [2, 3], Inits.Zeros);
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [3]);
            graph.Update(matrix, a);
            graph.Update(a, 2.5f);
            graph.Update(b, x);
        }, Checks.PoisonedArena);
        function.Run(new float[] { 7, 8, 9 });
        Assert.That(matrix.ToArray(), Is.EqualTo(one.Concat(one)));
        Hold([2.5f, 2.5f, 2.5f], [7, 8, 9]);
    }

    [Test]
    public void An_average_beside_an_optimiser_sees_the_weights_from_before_the_step()
    {
        var function = device.Compile(graph =>
        {
            graph.Minimise(a.Sum(), [a], new Sgd(1));
            graph.Update(b, 0.5f * b + 0.5f * a);
        }, Checks.PoisonedArena);
        function.Run();
        Hold([0, 1, 2], [2.5f, 3.5f, 4.5f]);
        function.Run();
        Hold([-1, 0, 1], [1.25f, 2.25f, 3.25f]);
    }

    [Test]
    public void A_parameter_copied_beside_an_optimiser_is_the_one_from_before_the_step()
    {
        var function = device.Compile(graph =>
        {
            graph.Minimise(a.Sum(), [a], new Sgd(1));
            graph.Update(b, a);
        });
        function.Run();
        Hold([0, 1, 2], one);
    }

    [Test]
    public void A_value_of_another_shape_is_refused()
    {
        var function = device.Compile(graph => graph.Update(a, graph.Input("x", [2])));
        Assert.That(() => function.Run(new float[2]), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            "Broadcast: needs a shape that broadcasts to (3), but got (2).\nAxes are aligned at the last one; each must agree or be 1."));
    }

    private void Update(Action<Graph> record) => device.Compile(record, Checks.PoisonedArena).Run();

    private void Hold(float[] inA, float[] inB)
    {
        Assert.That(a.ToArray(), Is.EqualTo(inA), "a");
        Assert.That(b.ToArray(), Is.EqualTo(inB), "b");
    }
}
