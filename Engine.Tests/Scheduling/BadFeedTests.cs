namespace GpuNN.Tests;

/// <summary>What is fed wrongly is refused, in the words that the user reads.</summary>
public sealed class BadFeedTests
{
    private Device device = null!;
    private Function train = null!;

    [SetUp]
    public void Open()
    {
        device = Device.On(Devices.Open("cpu"));
        train = device.Compile(graph =>
        {
            var x = graph.Input("x", [graph.Batch, 4]);
            return x.Sum(1) * graph.Labels("label", [graph.Batch], classes: 3, ignored: -1).OneHot(3).Sum(1);
        }, name: "train");
    }

    [TearDown]
    public void Close() => device.Dispose();

    [Test]
    public void Good_feeds_run() => Assert.That(train.Run(new float[8], new[] { 2, -1 }).Count, Is.EqualTo(1));

    [Test]
    public void A_label_out_of_range() => Refused<ArgumentOutOfRangeException>(
        "train: labels of 'label' must lie in [0, 3), but row 1 has 3.\nCheck how classes are numbered (from 0), or give the model as many outputs as there are classes. (Parameter 'label')",
        new float[8], new[] { 2, 3 });

    [Test]
    public void A_missing_feed() => Refused<ArgumentException>(
        "train: input 'label' (2) got no feed; 1 came for 2 inputs.\nFeed 'x', 'label'.", new float[8]);

    [Test]
    public void A_feed_of_another_name() => Refused<ArgumentException>(
        "train: input 'label' (2) got no feed; 2 came for 2 inputs.\nFeed 'x', 'label'.", Feed.Of("x", new float[8]), Feed.Of("lable", new int[2]));

    [Test]
    public void No_feeds_at_all() => Refused<ArgumentException>(
        "train: input 'x' (1, 4) got no feed; 0 came for 2 inputs.\nFeed 'x', 'label'.");

    [Test]
    public void One_feed_too_many() => Refused<ArgumentException>(
        "train: has 2 inputs, but got a feed number 3.\nFeed x, label.", new float[8], new int[2], new float[1]);

    [Test]
    public void Floats_for_labels() => Refused<ArgumentException>(
        "train: input 'label' takes Int elements, but got Float.\nDeclare it with graph.Input, or feed the other kind.", new float[8], new float[2]);

    [Test]
    public void Labels_for_floats() => Refused<ArgumentException>(
        "train: input 'x' takes Float elements, but got Int.\nDeclare it with graph.Labels, or feed the other kind.", new int[8], new int[2]);

    [Test]
    public void Half_a_row() => Refused<ShapeException>(
        "Feed 'x': needs a multiple of 4 values, (4) for each row of the batch, but got 7.\nPass whole rows.", new float[7], new int[2]);

    [Test]
    public void Too_few_labels() => Refused<ShapeException>(
        "train: input 'label' needs (2), but got 1 values.\nReshape the data, or declare the input in the shape of the data.", new float[8], new int[1]);

    [Test]
    public void Another_shape_of_equal_length() => Refused<ShapeException>(
        "train: input 'x' needs (4, 4), but got (4, 2).\nReshape the data, or declare the input in the shape of the data.",
        Feed.Of("x", new float[8], [4, 2]), Feed.Of("label", new int[4], [4]));

    [Test]
    public void Values_that_are_not_of_their_shape() => Assert.That(() => Feed.Of("x", new float[7], [2, 4]), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
        "Feed 'x': needs as many values as its shape (2, 4) has elements, 8, but got 7.\nPass the values that belong to the shape."));

    [Test]
    public void An_input_declared_twice()
    {
        var function = device.Compile(graph => graph.Input("x", [1]) + graph.Input("x", [1]));
        Assert.That(() => function.Run(new float[1]), Throws.ArgumentException.With.Message.EqualTo(
            "Input 'x' is declared twice in one recording.\nGive each input its own name, or use the tensor of the first."));
    }

    [Test]
    public void A_tensor_of_another_recording()
    {
        Tensor? kept = null;
        var function = device.Compile(graph =>
        {
            var x = graph.Input("x", [graph.Batch]);
            kept ??= x;
            return x.Sum() + kept.Sum();
        }, name: "f");
        function.Run(Feed.Of("x", new float[2], [2]));
        Assert.That(() => function.Run(Feed.Of("x", new float[3], [3])), Throws.InvalidOperationException.With.Message.EqualTo(
            "f: input x (2) belongs to another recording.\nCreate inputs with the graph that the lambda gets, and keep no tensor in a field."));
    }

    [Test]
    public void A_run_after_a_refused_one_is_right()
    {
        Assert.That(() => train.Run(new float[8], new[] { 2, 3 }), Throws.Exception);
        Assert.That(train.Run(new float[] { 1, 2, 3, 4, 1, 1, 1, 1 }, new[] { 0, 1 })[0].ToArray(), Is.EqualTo(new float[] { 10, 4 }));
    }

    private void Refused<T>(string message, params Feed[] feeds) where T : Exception =>
        Assert.That(() => train.Run(feeds), Throws.TypeOf<T>().With.Message.EqualTo(message));
}
