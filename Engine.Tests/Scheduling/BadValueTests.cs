namespace GpuNN.Tests;

/// <summary>Checks.FirstBadValue names the first operation that made a NaN or an infinity, its layer, the step, its inputs' range.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
public sealed class BadValueTests(Device device)
{
    private sealed class Encoder : Layer
    {
        private readonly Variance logvar;

        public Encoder() => logvar = Use("logvar", new Variance());

        public override Tensor Forward(Tensor x) => logvar.Apply(x) + 1f;
    }

    private sealed class Variance : Layer
    {
        public override Tensor Forward(Tensor x) => (x * 2f).Exp().Sqrt();
    }

    private sealed class Model : Layer
    {
        private readonly Encoder encoder;

        public Model() => encoder = Use("encoder", new Encoder());

        public override Tensor Forward(Tensor x) => encoder.Apply(x);
    }

    [Test]
    public void The_message_names_operation_layer_step_and_range()
    {
        var model = new Model();
        var function = device.Compile(graph => model.Apply(graph.Input("x", [3])).Sum(), Checks.FirstBadValue, name: "train");
        Assert.That(function.Run(new float[] { 1, 2, 3 })[0].Scalar(), Is.EqualTo(3 + Math.E + Math.Exp(2) + Math.Exp(3)).Within(1e-4));
        function.Run(new float[] { 1, 2, 3 });
        Assert.That(() => function.Run(new float[] { -1, 2, 45.65f }), Throws.TypeOf<BadValueException>().With.Message.EqualTo(
            "Exp in encoder.logvar made +inf at step 2 of train (input min -2, max 91.3).\nLower the learning rate, clip gradients, or limit the operation's input."));
    }

    [Test]
    public void Parameters_and_feeds_go_by_their_names()
    {
        var w = new Parameter("w", [2], Inits.Values(1, 0));
        var function = device.Compile(graph => graph.Input("x", [2]) / w, Checks.FirstBadValue, name: "f");
        Assert.That(() => function.Run(new float[] { 1, -2 }), Throws.TypeOf<BadValueException>().With.Message.EqualTo(
            "Divide made -inf at step 0 of f (x min -2, max 1; w min 0, max 1).\nLower the learning rate, clip gradients, or limit the operation's input."));
    }

    [Test]
    public void A_bad_feed_shows_in_the_first_operation_that_reads_it()
    {
        var function = device.Compile(graph => graph.Input("x", [2]).Tanh(), Checks.FirstBadValue, name: "f");
        Assert.That(() => function.Run(new[] { 1, float.NaN }), Throws.TypeOf<BadValueException>().With.Message.EqualTo(
            "Tanh made NaN at step 0 of f (x min 1, max 1, 1 not finite).\nLower the learning rate, clip gradients, or limit the operation's input."));
    }

    [Test]
    public void The_switch_on_the_device_asks_all_its_functions()
    {
        using var own = Device.On(Devices.Open(device.Name));
        var function = own.Compile(graph => graph.Input("x", [1]).Log(), name: "f");
        Assert.That(function.Run(new float[1])[0].Scalar(), Is.EqualTo(float.NegativeInfinity));
        own.Checks = Checks.FirstBadValue;
        Assert.That(() => function.Run(new float[1]), Throws.TypeOf<BadValueException>().With.Message.StartsWith("Log made -inf at step 1 of f (x min 0, max 0)."));
        own.Checks = Checks.None;
        Assert.That(function.Run(new float[1])[0].Scalar(), Is.EqualTo(float.NegativeInfinity));
    }

    [Test]
    public void Without_new_feeds_the_last_ones_are_looked_at()
    {
        using var own = Device.On(Devices.Open(device.Name));
        var function = own.Compile(graph => graph.Input("x", [graph.Batch]).Log(), name: "f");
        function.Run(new float[] { 0, 1, 2 });
        own.Checks = Checks.FirstBadValue;
        Assert.That(() => function.Run(), Throws.Exception.With.Message.Contains("x"), "either the old feed is checked, or a feed is asked for; zeros must not stand in");
    }
}
