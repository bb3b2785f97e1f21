namespace GpuNN.Tests;

/// <summary>Errors say who and the rule, what came, the likely fix, and where in the model.</summary>
public sealed class PlaceTests
{
    private readonly Device device = Devices.Host();

    private sealed class Stemmed : Layer
    {
        private readonly Dense stem;
        private readonly Tower tower;

        public Stemmed(int deep = 128)
        {
            stem = Use("stem", new Dense(784, 128));
            tower = Use("tower", new Tower(deep));
        }

        public override Tensor Forward(Tensor x) => tower.Forward(stem.Forward(x));
    }

    private sealed class Tower : Layer
    {
        private readonly Dense head;

        public Tower(int inputs) => head = Use("head", new Dense(inputs, 10));

        public override Tensor Forward(Tensor x) => head.Forward(x.Relu());
    }

    [Test]
    public void An_error_in_a_layer_has_four_parts() => Refused(new Stemmed(), [32, 100],
        """
        MatMul: needs (rows, inner) times (inner, columns), but got (32, 100) and (784, 128).
        The inner sizes must agree.
        In Stemmed > stem > Dense(784 -> 128), while recording the forward pass.
        """);

    [Test]
    public void An_error_deep_down_names_every_layer_on_the_way() => Refused(new Stemmed(deep: 64), [32, 784],
        """
        MatMul: needs (rows, inner) times (inner, columns), but got (32, 128) and (64, 10).
        The inner sizes must agree.
        In Stemmed > tower > head > Dense(64 -> 10), while recording the forward pass.
        """);

    [Test]
    public void An_error_of_feeds_without_a_shape_names_the_batch_that_came()
    {
        var model = new Dense(784, 128);
        var function = device.Compile(graph => model.Forward(graph.Input("x", [graph.Batch, 100])));
        Assert.That(() => function.Run(new float[3200]), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
            """
            MatMul: needs (rows, inner) times (inner, columns), but got (32, 100) and (784, 128).
            The inner sizes must agree.
            In Dense(784 -> 128), while recording the forward pass.
            """));
    }

    [Test]
    public void An_operand_that_lies_the_wrong_way_gets_the_likely_fix()
    {
        Says(graph => graph.Input("a", [3, 5]).MatMul(graph.Input("b", [4, 5])),
            "MatMul: needs (rows, inner) times (inner, columns), but got (3, 5) and (4, 5).\nThe last axes agree: transpose the second operand.");
        Says(graph => graph.Input("a", [3, 5]).MatMul(graph.Input("b", [3, 4])),
            "MatMul: needs (rows, inner) times (inner, columns), but got (3, 5) and (3, 4).\nThe second last axes agree: transpose the first operand.");
        Says(graph => graph.Input("a", [3]).MatMul(graph.Input("b", [3, 4])),
            "MatMul: needs operands of two axes or more, (rows, inner) times (inner, columns), but got (3) and (3, 4).\nReshape a vector to one row or one column first.");
        Says(graph => graph.Input("a", [2, 3, 5]).MatMul(graph.Input("b", [4, 5, 3])),
            "MatMul: needs equal axes before the last two, or none on one side, but got (2, 3, 5) and (4, 5, 3).\nReshape or broadcast the batch axes of one operand.");
    }

    [Test]
    public void Shapes_that_do_not_broadcast_get_the_likely_fix()
    {
        Says(graph => graph.Input("a", [3, 5]) + graph.Input("b", [3]),
            "Add: needs shapes that broadcast (axes agree from the last one back, or one of them is 1), but got (3, 5) and (3).\nThe first axes agree: keep the reduced axis (keepAxis: true), so that it is (rows, 1).");
        Says(graph => graph.Input("a", [3, 5]) * graph.Input("b", [5, 3]),
            "Multiply: needs shapes that broadcast (axes agree from the last one back, or one of them is 1), but got (3, 5) and (5, 3).\nThe element counts agree: Reshape one of them.");
        Says(graph => graph.Input("a", [3, 5]) - graph.Input("b", [4]),
            "Subtract: needs shapes that broadcast (axes agree from the last one back, or one of them is 1), but got (3, 5) and (4).\nReshape one of them, or check which layer made it.");
    }

    [Test]
    public void Views_and_moves_say_what_does_not_fit()
    {
        Says(graph => graph.Input("a", [3, 5]).Reshape([4, 4]), "Reshape: needs as many elements as (4, 4) has, 16, but got (3, 5).\nCheck the sizes; the batch axis is usually graph.Batch or x.Shape[0].");
        Says(graph => graph.Input("a", [3, 5]).Slice(1, 3, 4), "Slice: needs a window inside the tensor; it begins at (0, 3) and is (3, 4) large, but got (3, 5).\nStart plus size must not pass the end of an axis.");
        Says(graph => graph.Input("a", [3, 5]).Permute(0, 0), "Permute: needs each axis once, but the order is (0, 0), but got (3, 5).\nName the axes 0 to 1 in their new order.");
        Says(graph => graph.Input("a", [3]).Transpose(), "Transpose: needs two axes or more, but got (3).\nReshape a vector to one row or one column first.");
        Says(graph => Slicing.Concatenate(0, graph.Input("a", [3, 5]), graph.Input("b", [3, 4])), "Concatenate: needs shapes that agree on all axes but 0, but got (3, 5) and (3, 4).\nReshape or permute the operands to agree.");
        Says(graph => graph.Input("a", [3, 5]).Sum(2), "Axis 2 does not exist: the shape (3, 5) has 2 axes.\nUse an axis from -2 to 1.");
        Says(graph => graph.Input("a", []).Softmax(), "Softmax: needs a last axis of classes, but got ().\nReshape the logits to (rows, classes).");
        Says(graph => graph.Input("a", []).Flatten(), "Flatten: needs a batch axis, but got a single number.\nReshape it to (1, 1) first.");
    }

    [Test]
    public void Kinds_that_do_not_fit_are_refused()
    {
        Says(graph => graph.Labels("t", [3]) * 2f, "Multiply: needs float operands, but operand 0 holds integers: input t (3).\nUse Gather or OneHot to turn labels and indices into floats.");
        Says(graph => graph.Input("a", [3, 5]).Gather(graph.Input("i", [2])), "Gather: needs integers as operand 1, but got input i (2).\nDeclare them with graph.Labels, or take ArgMax.");
        Says(graph => graph.Labels("t", [3]).Gather(graph.Labels("i", [2])), "Gather: needs floats as operand 0, but got input t (3).\nThe order is numbers, indices.");
    }

    [Test]
    public void Shapes_that_cannot_be_are_refused()
    {
        Assert.That(() => Shape.Of(2, -1), Throws.TypeOf<ShapeException>().With.Message.EqualTo("Shape: needs sizes of 0 or more, but got (2, -1).\nCheck the arithmetic that made the negative size."));
        Assert.That(() => Shape.Of(1 << 20, 1 << 20), Throws.TypeOf<ShapeException>().With.Message.EqualTo("Shape: needs fewer than 2^31 elements, but got (1048576, 1048576).\nSplit the tensor, or use a smaller batch."));
    }

    [Test]
    public void Outside_a_recording_nothing_random_can_be_drawn() => Assert.That(() => Graph.Current, Throws.InvalidOperationException.With.Message.EqualTo(
        "Recording: dropout, random numbers and updates need a graph, but nothing is being recorded.\nCall the layer inside device.Compile(graph => ...)."));

    private void Refused(Layer model, Shape input, string message)
    {
        var function = device.Compile(graph => model.Forward(graph.Input("x", input)));
        Assert.That(() => function.Run(Feed.Of("x", new float[input.Elements], input)), Throws.TypeOf<ShapeException>().With.Message.EqualTo(message));
    }

    private static void Says(Func<Graph, Tensor> record, string message) =>
        Assert.That(() => new Graph(1, true, 0).Record(record), Throws.TypeOf<ShapeException>().With.Message.EqualTo(message));
}
