using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>The convolutional network of the main job: its size, its memory, and the same bits however it is trained.</summary>
public sealed class LeNetTests
{
    private const int Classes = 10;

    private static readonly DataPair digits = DrawnDigits.Draw(train: 150, test: 20);

    // 5 x 5 x 32 + 32, 32 x 5 x 5 x 64 + 64, 7 x 7 x 64 x 1024 + 1024, 1024 x 10 + 10
    [Test]
    public void The_network_has_the_parameters_of_its_layers()
    {
        var model = new LeNet(dropout: 0.4f);
        Assert.That(model.ParameterCount, Is.EqualTo(3_274_634));
        Assert.That(model.OutputShape([1, 28, 28]), Is.EqualTo(Shape.Of(10)));
        Assert.That(model.First.Weight.Shape, Is.EqualTo(Shape.Of(32, 1, 5, 5)));
        Assert.That(model.Summary([1, 28, 28]), Is.EqualTo(
            """
            LeNet on items of (1, 28, 28)
            layer                             output                   parameters
            LeNet                             (batch, 10)                       0
              layers  Sequential(11 layers)   (batch, 10)                       0
                0  Conv2D(1 -> 32, 5, same)   (batch, 32, 28, 28)             832
                1  Relu                       (batch, 32, 28, 28)               0
                2  MaxPool2D(2, stride 2)     (batch, 32, 14, 14)               0
                3  Conv2D(32 -> 64, 5, same)  (batch, 64, 14, 14)          51,264
                4  Relu                       (batch, 64, 14, 14)               0
                5  MaxPool2D(2, stride 2)     (batch, 64, 7, 7)                 0
                6  Flatten                    (batch, 3136)                     0
                7  Dense(3136 -> 1024)        (batch, 1024)             3,212,288
                8  Relu                       (batch, 1024)                     0
                9  Dropout(0.4)               (batch, 1024)                     0
                10  Dense(1024 -> 10)         (batch, 10)                  10,250
            total                                                       3,274,634

            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void Sizes_that_do_not_divide_lose_their_last_rows()
    {
        var model = new LeNet(channels: 3, size: 11, classes: 4, maps: 2, hidden: 6);
        Assert.That(model.OutputShape([3, 11, 11]), Is.EqualTo(Shape.Of(4)));
        Assert.That(model.ParameterCount, Is.EqualTo(2 * (3 * 25 + 1) + 4 * (2 * 25 + 1) + (2 * 2 * 4 + 1) * 6 + 7 * 4));
        Assert.That(() => new LeNet(size: 3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("4 x 4").And.Message.Contains("got 3"));
        Assert.That(() => model.OutputShape([3, 16, 16]), Throws.TypeOf<ShapeException>().With.Message.Contains("In LeNet"));
    }

    [Test]
    public void A_step_takes_at_most_a_fifth_more_memory_than_its_live_tensors_need()
    {
        using var device = Device.On(new HostRoute(threads: 1));
        var model = new LeNet();
        var plan = Step(device, model, batch: 64, size: 28).Plan;
        TestContext.Out.WriteLine(plan);
        Assert.That(plan.ParameterBytes, Is.InRange(4 * model.ParameterCount, 4 * (model.ParameterCount + 16 * 8)));
        Assert.That(plan.OptimiserBytes, Is.EqualTo(2 * plan.ParameterBytes), "Adam keeps two numbers a parameter");
        Assert.That(plan.LeastArenaBytes, Is.GreaterThanOrEqualTo(4 * model.ParameterCount), "all gradients are alive when Adam reads them");
        Assert.That(plan.ArenaBytes, Is.LessThanOrEqualTo(1.2 * plan.LeastArenaBytes));
        Assert.That(plan.Bytes, Is.LessThanOrEqualTo(1.2 * plan.LeastBytes));
        Assert.That(plan.ToString(), Does.Contain(FormattableString.Invariant($"in all {plan.Bytes:N0} (least possible {plan.LeastBytes:N0})")));
    }

    [TestCase(8, 2, 16, 8, 1000)]
    [TestCase(28, 32, 1024, 64, 3)]
    [Category("Speed"), NonParallelizable]
    public void A_step_allocates_nothing(int size, int maps, int hidden, int batch, int steps)
    {
        using var device = Device.On(new HostRoute(threads: 2));
        var step = Step(device, new LeNet(size: size, maps: maps, hidden: hidden, dropout: 0.4f), batch, size);
        void Play()
        {
            for (var at = 0; at < steps; at++)
                step.Run()[0].Scalar();
        }
        Play();
        // The test runner's own threads allocate now and then.
        Assert.That(Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetTotalAllocatedBytes(true);
            Play();
            return GC.GetTotalAllocatedBytes(true) - before;
        }), Is.Zero);
    }

    [TestCase(5, 33, 70)]
    [TestCase(32, 1024, 64)]
    public void Threads_do_not_change_the_bits(int maps, int hidden, int batch)
    {
        var one = Weights(threads: 1);
        foreach (var threads in new[] { 2, 3, 5 })
            Assert.That(Weights(threads).AsSpan().SequenceEqual(one), $"{threads} threads gave other bits than 1");

        // three steps, the last of them short
        int[] Weights(int threads)
        {
            using var device = Device.On(new HostRoute(threads));
            var model = new LeNet(maps: maps, hidden: hidden, dropout: 0.4f);
            Trainer(device, model).Fit(digits.Train, digits.Test, epochs: 1, batch);
            return Bits(model);
        }
    }

    [Test]
    public void Stopped_and_resumed_on_shifted_images_ends_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var straight = Train(null, stopAt: -1);
        foreach (var stop in new[] { 2, 7, 8 })
            Assert.That(() => Train(folder.Path, stop), Throws.TypeOf<OperationCanceledException>());
        Assert.That(Train(folder.Path, stopAt: -1), Is.EqualTo(straight));
        Assert.That(Train(null, stopAt: -1, shift: 0), Is.Not.EqualTo(straight), "the images are shifted");

        int[] Train(string? checkpoints, long stopAt, int shift = 2)
        {
            using var device = Device.On(new HostRoute(threads: 2));
            var model = new LeNet(maps: 3, hidden: 16, dropout: 0.4f);
            Callback[] callbacks = checkpoints is null ? [] : [new Checkpoints(checkpoints, everySteps: 3), new StopAt(stopAt)];
            Trainer(device, model, new RandomShift(shift)).Fit(digits.Train, digits.Test, epochs: 2, batch: 32, callbacks);
            return Bits(model);
        }
    }

    private static Trainer Trainer(Device device, LeNet model, params Augmentation[] augment) =>
        new(device, model, Loss.SoftmaxCrossEntropy, new Adam(1e-3f)) { Seed = 5, Augment = augment };

    private static int[] Bits(LeNet model) =>
        [.. model.Parameters.SelectMany(parameter => parameter.ToArray()).Select(BitConverter.SingleToInt32Bits)];

    private static Function Step(Device device, LeNet model, int batch, int size)
    {
        var step = device.Compile(graph =>
        {
            var logits = model.Apply(graph.Input("x", [graph.Batch, 1, size, size]));
            var loss = Loss.SoftmaxCrossEntropy.Of(logits, graph.Labels("label", [graph.Batch], Classes));
            graph.Minimise(loss, model.Parameters, new Adam(1e-3f));
            return loss;
        });
        step.Run(
            (float[])[.. Enumerable.Range(0, batch * size * size).Select(i => MathF.Abs(MathF.Sin(3 * i)))],
            (int[])[.. Enumerable.Range(0, batch).Select(i => i % Classes)]);
        return step;
    }

    private sealed class StopAt(long step) : Callback
    {
        public override void OnStepEnd(TrainingRun run)
        {
            if (run.Step == step)
                throw new OperationCanceledException();
        }
    }
}
