using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Augmentations: what they do to an image, and that (seed, epoch, sample) alone decide it.</summary>
public sealed class AugmentTests
{
    private static readonly Shape small = [2, 2, 3];
    private static readonly float[] image = [1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60];

    [Test]
    public void Shifts_bring_in_zeros_or_the_other_side()
    {
        Assert.That(Shifted(0, 1), Is.EqualTo(new float[] { 0, 1, 2, 0, 4, 5, 0, 10, 20, 0, 40, 50 }));
        Assert.That(Shifted(-1, -2), Is.EqualTo(new float[] { 6, 0, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0 }));
        Assert.That(Shifted(1, 1, wrap: true), Is.EqualTo(new float[] { 6, 4, 5, 3, 1, 2, 60, 40, 50, 30, 10, 20 }));
        Assert.That(Shifted(-3, -4, wrap: true), Is.EqualTo(Shifted(1, 2, wrap: true)));
        Assert.That(Shifted(0, 0), Is.EqualTo(image));
        Assert.That(Shifted(7, 0), Is.All.Zero);
        Assert.That(Shifted(0, -9), Is.All.Zero);

        static float[] Shifted(int rows, int columns, bool wrap = false)
        {
            var result = Poisoned();
            Augment.Shift(image, result, small, rows, columns, wrap);
            return result;
        }
    }

    [Test]
    public void Flips_mirror_every_plane()
    {
        var result = Poisoned();
        Augment.Flip(image, result, small);
        Assert.That(result, Is.EqualTo(new float[] { 3, 2, 1, 6, 5, 4, 30, 20, 10, 60, 50, 40 }));
        Augment.Flip(image, result, small, upDown: true);
        Assert.That(result, Is.EqualTo(new float[] { 4, 5, 6, 1, 2, 3, 40, 50, 60, 10, 20, 30 }));
    }

    [Test]
    public void Quarter_turns_are_exact_and_others_weigh_four_pixels()
    {
        float[] square = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        Assert.That(Turned(square, [3, 3], 0), Is.EqualTo(square));
        Assert.That(Turned(square, [3, 3], 90), Is.EqualTo(new float[] { 3, 6, 9, 2, 5, 8, 1, 4, 7 }));
        Assert.That(Turned(square, [3, 3], -90), Is.EqualTo(new float[] { 7, 4, 1, 8, 5, 2, 9, 6, 3 }));
        Assert.That(Turned(square, [3, 3], 180), Is.EqualTo(new float[] { 9, 8, 7, 6, 5, 4, 3, 2, 1 }));
        Assert.That(Turned([1, 2, 3, 4], [1, 2, 2], 90), Is.EqualTo(new float[] { 2, 4, 1, 3 }));
        var wide = Turned(image, small, 33);
        for (var at = 0; at < image.Length; at++)
            Assert.That(wide[at], Is.EqualTo(Bilinear(image.AsSpan(at / 6 * 6, 6), at % 6 / 3, at % 3, 33)).Within(1e-4));

        static float[] Turned(float[] item, Shape shape, float degrees)
        {
            var result = new float[item.Length];
            Array.Fill(result, float.NaN);
            Augment.Rotate(item, result, shape, degrees);
            return result;
        }
    }

    [Test]
    public void Draws_cover_what_they_may_and_no_more()
    {
        float[] dot = new float[49];
        dot[24] = 1;
        var seen = new HashSet<int>();
        var result = new float[49];
        for (var key = 0ul; key < 400; key++)
        {
            new RandomShift(2).Apply(dot, result, [7, 7], new Philox(key));
            seen.Add(Array.IndexOf(result, 1f));
        }
        Assert.That(seen.Order(), Is.EqualTo(Enumerable.Range(0, 25).Select(i => (i / 5 + 1) * 7 + i % 5 + 1)));

        var flipped = Enumerable.Range(0, 1000).Count(key =>
        {
            new RandomFlip(0.3f).Apply([1, 2], result, [1, 2], new Philox((ulong)key));
            return result[0] == 2;
        });
        Assert.That(flipped, Is.EqualTo(300).Within(60));

        // A dot near the edge shows the angle.
        dot = new float[49];
        dot[27] = 1;
        var (up, down) = (0, 0);
        for (var key = 0ul; key < 200; key++)
        {
            new RandomRotation(30).Apply(dot, result, [7, 7], new Philox(key));
            up += result[13] > 0 || result[20] > 0 ? 1 : 0;
            down += result[34] > 0 || result[41] > 0 ? 1 : 0;
            Assert.That(result[3] + result[45], Is.Zero, "no quarter turn");
        }
        Assert.That((up, down), Is.GreaterThan((70, 70)));
    }

    [Test]
    public void One_after_the_other_each_with_its_own_draw()
    {
        var set = DataSet.Of([.. Enumerable.Range(0, 3 * 48).Select(i => (float)i)], [3, 4, 4]);
        foreach (var count in new[] { 1, 2, 3 })
        {
            Augmentation[] list = [.. new Augmentation[] { new RandomShift(1, wrap: true), new RandomFlip(), new RandomShift(2) }.Take(count)];
            foreach (var batch in set.Batches(new BatchPlan(2) { Seed = 5, Augment = list }, epoch: 1))
                for (var at = 0; at < batch.Count; at++)
                {
                    var row = batch.Indices.Span[at];
                    var wanted = set.Item(row).ToArray();
                    for (var which = 0; which < count; which++)
                    {
                        var next = new float[wanted.Length];
                        list[which].Apply(wanted, next, set.ItemShape, new Philox(Streams.Key(Streams.Key(Streams.Key(5, "augmentation"), 1), (ulong)row), (ulong)which));
                        wanted = next;
                    }
                    Assert.That(batch.Inputs.Slice(at * 48, 48).ToArray(), Is.EqualTo(wanted));
                }
        }
    }

    [TestCase(0)]
    [TestCase(3)]
    public void Training_ends_with_the_same_bits_however_it_is_read_and_resumed(int ahead)
    {
        using var folder = new TemporaryFolder();
        var straight = Train(ahead: 1, null, stopAt: -1);
        Assert.That(Train(ahead, null, stopAt: -1), Is.EqualTo(straight));
        Assert.That(() => Train(ahead, folder.Path, stopAt: 8), Throws.TypeOf<OperationCanceledException>());
        Assert.That(Train(ahead, folder.Path, stopAt: -1), Is.EqualTo(straight));
        Assert.That(Train(ahead, null, stopAt: -1, plain: true), Is.Not.EqualTo(straight));
    }

    [Test]
    public void Nothing_is_allocated_after_the_first_epochs()
    {
        var set = DataSet.Of(new float[100 * 48], [3, 4, 4]);
        using var prefetcher = new Prefetcher(set, new BatchPlan(10) { Augment = [new RandomShift(1), new RandomRotation(20), new RandomFlip()] }, ahead: 0);
        var least = long.MaxValue;
        for (var epoch = 0; epoch < 8; epoch++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var batch in prefetcher.Epoch(epoch))
                _ = batch.Count;
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.That(least, Is.Zero);
    }

    [Test]
    public void What_cannot_be_changed_is_refused_before_training()
    {
        var flat = DataSet.Of(new float[12], [6]);
        foreach (var augmentation in new Augmentation[] { new RandomShift(1), new RandomFlip(), new RandomRotation(5) })
            Assert.That(() => flat.Batches(new BatchPlan(2) { Augment = [augmentation] }), Throws.TypeOf<ShapeException>().With.Message.EqualTo(
                $"{augmentation.GetType().Name}: needs images (..., height, width), but the samples are (6).\nGive the data set the shape of its images, such as [1, 28, 28], and flatten in the model."));
        Assert.That(() => new RandomShift(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RandomFlip(1.5f), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RandomRotation(float.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static float[] Train(int ahead, string? folder, long stopAt, bool plain = false)
    {
        using var device = Device.On(new HostRoute(1));
        var model = new Sequential(new Flatten(), new Dense(18, 2));
        var trainer = new Trainer(device, model, Loss.MeanSquared, new Adam(0.05f))
        {
            Seed = 3,
            ReadAhead = ahead,
            Augment = plain ? [] : [new RandomShift(1), new RandomRotation(30), new RandomFlip()],
        };
        var set = DataSet.WithTargets([.. Enumerable.Range(0, 23 * 18).Select(i => MathF.Sin(3 * i))], [2, 3, 3], [.. Enumerable.Range(0, 46).Select(i => MathF.Cos(5 * i))], [2]);
        Callback[] callbacks = folder is null ? [] : [new Checkpoints(folder, 3), new StopAt(stopAt)];
        trainer.Fit(set, null, epochs: 3, batch: 5, callbacks);
        return [.. model.Parameters.SelectMany(parameter => parameter.ToArray())];
    }

    private static float[] Poisoned() => [.. Enumerable.Repeat(float.NaN, image.Length)];

    private static double Bilinear(ReadOnlySpan<float> plane, int row, int column, double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var (y, x) = (row - 0.5, column - 1.0);
        double fromRow = 0.5 + x * sin + y * cos, fromColumn = 1 + x * cos - y * sin, sum = 0;
        for (var i = 0; i < 2; i++)
            for (var j = 0; j < 3; j++)
                sum += Math.Max(0, 1 - Math.Abs(fromRow - i)) * Math.Max(0, 1 - Math.Abs(fromColumn - j)) * plane[3 * i + j];
        return sum;
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
