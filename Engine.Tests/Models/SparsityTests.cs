namespace GpuNN.Tests;

/// <summary>Sparse activations: what they cost in training, and how sparse they become.</summary>
[Notes("4.2.4", "Representational sparsity")]
public sealed class SparsityTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new Kernels.HostRoute(2));

    [TearDown]
    public void Close() => device.Dispose();

    /// <summary>The gradient, by activations, of what the layer adds to the training loss.</summary>
    private float[] PriceGradient(Layer layer, Shape shape, float[] x) => device.Compile(graph =>
    {
        var input = graph.Input("x", shape);
        layer.Apply(input);
        return graph.Gradients(graph.Penalties, [input])[0];
    }).Run(x)[0].ToArray();

    private float Price(Layer layer, Shape shape, float[] x) => device.Compile(graph =>
    {
        layer.Apply(graph.Input("x", shape));
        return graph.Penalties;
    }).Run(x)[0].Scalar();

    [Test]
    public void Absolute_activity_costs_its_mean_sum()
    {
        float[] x = [1, -2, 0, 0.5f, 3, -1.5f];
        Assert.That(Price(new ActivityPenalty(0.5f), [3, 2], x), Is.EqualTo(0.5 * 8 / 3).Within(1e-6));
        Assert.That(PriceGradient(new ActivityPenalty(0.5f), [3, 2], x), Is.EqualTo(x.Select(v => 0.5 / 3 * Math.Sign(v))).Within(1e-7));
        Assert.That(LayerRun.Of(new ActivityPenalty(0.5f), [3, 2], x, training: true), Is.EqualTo(x));
    }

    [Test]
    public void Divergence_agrees_with_double_precision()
    {
        const double Share = 0.05, Weight = 3;
        float[] x = [0.1f, 0.7f, 0.3f, 0.9f, 0.02f, 0.4f];
        double[] active = [(0.1 + 0.3 + 0.02) / 3, (0.7 + 0.9 + 0.4) / 3];
        var layer = new KlSparsity((float)Share, (float)Weight);
        Assert.That(Price(layer, [3, 2], x), Is.EqualTo(Weight * active.Sum(q => Share * Math.Log(Share / q) + (1 - Share) * Math.Log((1 - Share) / (1 - q)))).Within(1e-5));
        Assert.That(PriceGradient(layer, [3, 2], x), Is.EqualTo(Enumerable.Range(0, 6)
            .Select(i => Weight * (-Share / active[i % 2] + (1 - Share) / (1 - active[i % 2])) / 3)).Within(1e-5));
        Assert.That(Price(new KlSparsity(0.5f), [2, 1], [0.25f, 0.75f]), Is.Zero.Within(1e-6), "a unit as active as wished costs nothing");
    }

    [Test]
    public void A_unit_that_is_never_or_always_active_costs_a_finite_price_and_is_pushed_back()
    {
        var (price, gradient) = (Price(new KlSparsity(), [2, 3], [0, 1, 2, 0, 1, 2]), PriceGradient(new KlSparsity(), [2, 3], [0, 1, 2, 0, 1, 2]));
        Assert.That(float.IsFinite(price));
        Assert.That(gradient, Is.All.Matches<float>(float.IsFinite));
        Assert.That(gradient[0], Is.LessThan(-1000), "up");
        Assert.That(gradient[1], Is.GreaterThan(1000), "down");
        Assert.That(gradient[2], Is.GreaterThan(1000), "down, from where no share can be");
    }

    [Test]
    public void Nothing_is_priced_in_use_and_the_reported_loss_is_without_it()
    {
        var (x, dense) = (new float[] { 1, 2, 3, 4 }, new Dense(2, 2, bias: false, init: Inits.Ones));
        Assert.That(device.Compile(graph =>
        {
            new Sequential(new ActivityPenalty(1), new KlSparsity()).Apply(graph.Input("x", [2, 2]));
            return graph.Penalties;
        }, training: false).Run(x)[0].Scalar(), Is.Zero);
        var trainer = new Trainer(device, new Sequential(dense, new ActivityPenalty(0.25f)), Loss.MeanSquared, new Sgd(0.1f)) { Seed = 1 };
        var history = trainer.Fit(DataSet.WithTargets(x, [2], [3, 3, 7, 7], [2]), epochs: 1, batch: 2);
        Assert.That(history.Last.Training.Loss, Is.Zero, "it fits");
        Assert.That(dense.Weight.ToArray(), Is.EqualTo(new[] { 1 - 0.1 * 0.25 * 2, 1 - 0.1 * 0.25 * 2, 1 - 0.1 * 0.25 * 3, 1 - 0.1 * 0.25 * 3 }).Within(1e-6), "and yet it moves");
    }

    [Test]
    public void Training_brings_the_mean_activation_to_the_wished_share()
    {
        const double Share = 0.05;
        var images = DrawnDigits.Draw(train: 600, test: 1).Train;
        var encoder = new Sequential(new Flatten(), new Dense(784, 40), new Sigmoid());
        var model = new Sequential(encoder, new KlSparsity((float)Share, weight: 0.1f), new Dense(40, 784), new Reshape(images.ItemShape));
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Adam(1e-2f)) { Seed = 4 };
        var history = trainer.Fit(DataSet.Of(images.Inputs.ToArray(), images.ItemShape), epochs: 12, batch: 50);
        var active = device.Compile(graph => encoder.Apply(graph.Input("x")).Mean(), training: false)
            .Run(Feed.Of("x", images.Inputs, images.ItemShape.Prepend(images.Count)))[0].Scalar();
        Assert.That(active, Is.EqualTo(Share).Within(0.2 * Share), "it begins at 0.5");
        Assert.That(history.Last.Training.Loss, Is.LessThan(0.6 * history[0].Training.Loss), "and it learns");
    }

    [Test]
    public void The_price_of_activity_silences_rectifiers()
    {
        double Silent(float rate)
        {
            using var own = Device.On(new Kernels.HostRoute(2));
            var digits = DrawnDigits.Draw(train: 600, test: 200);
            var front = new Sequential(new Flatten(), new Dense(784, 64), new Relu());
            var model = new Sequential(front, new ActivityPenalty(rate), new Dense(64, 10));
            new Trainer(own, model, Loss.SoftmaxCrossEntropy, new Adam(2e-3f)) { Seed = 4 }.Fit(digits.Train, epochs: 6, batch: 50);
            return new Sparsity().Of(own, front, digits.Test);
        }

        Assert.That(Silent(0.01f), Is.GreaterThan(Silent(0) + 0.2));
    }

    [Test]
    public void Zeros_are_counted()
    {
        Assert.That(new Sparsity().Of(device, new Relu(), DataSet.Of([-1, 0, -0f, 2, 1e-4f, float.NaN, 5], [1], allowNotFinite: true), batch: 3), Is.EqualTo(3 / 7.0).Within(1e-6));
        Assert.That(new Sparsity { Threshold = 1e-3f }.Of(device, new Identity(), DataSet.Of([-1e-4f, 1, 1e-4f, 2], [2])), Is.EqualTo(0.5));
        var trainer = new Trainer(device, new Relu(), Loss.MeanSquared, new Sgd(0.1f)) { Metrics = [new Sparsity()] };
        Assert.That(trainer.Evaluate(DataSet.WithTargets([-1, 1, -2, 3], [2], [0, 1, 0, 3], [2]))["sparsity"], Is.EqualTo(0.5));
    }

    [Test]
    public void Prices_that_make_no_sense_are_refused()
    {
        Assert.That(() => new ActivityPenalty(-1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("rate must be 0 or more"));
        foreach (var share in new[] { 0, 1, -0.1f, float.NaN })
            Assert.That(() => new KlSparsity(share), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("between 0 and 1"));
        Assert.That(() => new KlSparsity(0.1f, -1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("weight must be 0 or more"));
        Assert.That(() => device.Compile(graph => graph.Penalise(graph.Input("x", [2]))).Run(new float[2]),
            Throws.TypeOf<ShapeException>().With.Message.Contains("Penalise: needs one number"));
        Assert.That(() => new Sparsity().Of(device, new Relu(), DataSet.Of([], [1])), Throws.TypeOf<InvalidDataException>());
    }
}
