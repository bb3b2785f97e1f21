using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>How a set is cut into batches, on the calling thread and ahead of it.</summary>
public sealed class BatchesTests
{
    private sealed class Jitter : Augmentation
    {
        public override void Apply(ReadOnlySpan<float> item, Span<float> result, Shape shape, Philox random)
        {
            for (var at = 0; at < item.Length; at++)
                result[at] = item[at] + random.NextFloat();
        }
    }

    private sealed class Refusing(float first) : Augmentation
    {
        public override void Apply(ReadOnlySpan<float> item, Span<float> result, Shape shape, Philox random)
        {
            if (item[0] == first)
                throw new FormatException("row 9");
            item.CopyTo(result);
        }
    }

    private static DataSet Numbered(int rows, int width = 2) => DataSet.WithLabels(
        [.. Enumerable.Range(0, rows * width).Select(at => (float)at)], [width],
        [.. Enumerable.Range(0, rows).Select(row => row % 5)], 5);

    [Test]
    public void In_order_every_row_comes_once_and_the_last_batch_may_be_short()
    {
        var set = Numbered(10);
        var batches = set.Batches(4);
        Assert.That(batches.Count, Is.EqualTo(3));
        var seen = new List<Batch>();
        foreach (var batch in batches)
            seen.Add(batch.Copy());
        Assert.That(seen.Select(batch => batch.Count), Is.EqualTo(new[] { 4, 4, 2 }));
        Assert.That(seen.Select(batch => batch.Number), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(seen.SelectMany(batch => batch.Indices.ToArray()), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(seen.SelectMany(batch => batch.Inputs.ToArray()), Is.EqualTo(set.Inputs.ToArray()));
        Assert.That(seen.SelectMany(batch => batch.Labels.ToArray()), Is.EqualTo(set.Labels.ToArray()));
    }

    [Test]
    public void Targets_come_with_their_rows()
    {
        var set = DataSet.WithTargets([0, 1, 2], [1], [0, 0, 1, 10, 2, 20], [2]);
        foreach (var batch in set.Batches(new BatchPlan(2) { Seed = 1 }))
            for (var at = 0; at < batch.Count; at++)
            {
                Assert.That(batch.Targets.Span[2 * at + 1], Is.EqualTo(10 * batch.Inputs.Span[at]));
                Assert.That(batch.Labels.Length, Is.Zero);
            }
    }

    [Test]
    public void An_epoch_is_a_permutation_that_seed_and_epoch_decide()
    {
        var set = Numbered(50);
        var plan = new BatchPlan(8) { Seed = 7 };
        var first = Rows(set.Batches(plan, epoch: 3));
        Assert.That(first.Order(), Is.EqualTo(Enumerable.Range(0, 50)));
        Assert.That(Rows(set.Batches(plan, epoch: 3)), Is.EqualTo(first));
        Assert.That(Rows(set.Batches(plan, epoch: 4)), Is.Not.EqualTo(first));
        Assert.That(Rows(set.Batches(plan with { Seed = 8 }, epoch: 3)), Is.Not.EqualTo(first));
        Assert.That(Rows(set.Batches(plan, epoch: 3, firstBatch: 2)), Is.EqualTo(first[16..]));
    }

    [Test]
    public void Short_batches_are_kept_or_left_out()
    {
        Assert.That(Rows(Numbered(3).Batches(100)), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(Numbered(10).Batches(new BatchPlan(4) { DropLast = true }).Count, Is.EqualTo(2));
        Assert.That(() => Numbered(3).Batches(new BatchPlan(4) { DropLast = true }),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("3 samples").And.Message.Contains("batch size 4"));
        Assert.That(() => Numbered(3).Batches(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("size is 0"));
        Assert.That(() => Numbered(3).Batches(-2), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Numbered(3).Batches(new BatchPlan(2), epoch: 0, firstBatch: 3), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    public void Reading_ahead_gives_the_same_batches(int ahead)
    {
        var set = Numbered(53, width: 5);
        var plan = new BatchPlan(8) { Seed = 2, Augment = [new Jitter()] };
        using var prefetcher = new Prefetcher(set, plan, ahead);
        for (var epoch = 0; epoch < 3; epoch++)
            Assert.That(Content(prefetcher, epoch, 0), Is.EqualTo(Content(set, plan, epoch, 0)));
        Assert.That(Content(prefetcher, 1, 4), Is.EqualTo(Content(set, plan, 1, 4)), "resumed in the middle of an epoch");
        Assert.That(Content(prefetcher, 2, 7), Is.Empty, "resumed at the end of an epoch");
        foreach (var batch in prefetcher.Epoch(5))
            if (batch.Number == 2)
                break;
        Assert.That(Content(prefetcher, 0, 0), Is.EqualTo(Content(set, plan, 0, 0)), "after breaking off");
    }

    [Test]
    public void Augmentation_depends_on_seed_epoch_and_sample_alone()
    {
        var set = Numbered(20);
        var plan = new BatchPlan(4) { Seed = 2, Augment = [new Jitter()] };
        var byRow = Items(plan with { Shuffle = false });
        Assert.That(Items(plan with { Shuffle = false, DropLast = true }), Is.EqualTo(byRow));
        Assert.That(Items(new BatchPlan(7) { Seed = 2, Augment = [new Jitter()] }), Is.EqualTo(byRow), "another batch size and order");
        Assert.That(byRow.Distinct().Count(), Is.EqualTo(20));

        float[] Items(BatchPlan how)
        {
            var items = new float[20];
            foreach (var batch in set.Batches(how, epoch: 6))
                for (var at = 0; at < batch.Count; at++)
                    items[batch.Indices.Span[at]] = batch.Inputs.Span[2 * at];
            return items;
        }
    }

    [TestCase(0)]
    [TestCase(2)]
    public void What_the_reader_throws_reaches_the_consumer(int ahead)
    {
        var plan = new BatchPlan(4) { Shuffle = false, Augment = [new Refusing(18)] };
        using var prefetcher = new Prefetcher(Numbered(40), plan, ahead);
        var good = 0;
        Assert.That(() => { foreach (var batch in prefetcher.Epoch(0)) good++; }, Throws.TypeOf<FormatException>().With.Message.EqualTo("row 9"));
        Assert.That(good, Is.EqualTo(2), "the batches before it");
        Assert.That(() => { foreach (var batch in prefetcher.Epoch(0, 3)) good++; }, Throws.Nothing, "the batches after it");
    }

    [Test]
    public void Disposing_early_stops_the_thread()
    {
        var prefetcher = new Prefetcher(Numbered(1000), new BatchPlan(1));
        foreach (var batch in prefetcher.Epoch(0))
            break;
        prefetcher.Dispose();
        prefetcher.Dispose();
        Assert.That(() => { foreach (var batch in prefetcher.Epoch(0)) { } }, Throws.TypeOf<ObjectDisposedException>());
        new Prefetcher(Numbered(10), new BatchPlan(1)).Dispose();
    }

    [Test]
    public void A_second_enumeration_ends_the_first()
    {
        using var prefetcher = new Prefetcher(Numbered(20), new BatchPlan(2));
        var first = prefetcher.Epoch(0).GetEnumerator();
        Assert.That(first.MoveNext());
        var second = prefetcher.Epoch(1).GetEnumerator();
        Assert.That(second.MoveNext());
        Assert.That(() => first.MoveNext(), Throws.InvalidOperationException);
    }

    [TestCase(0)]
    [TestCase(3)]
    public void Reading_ahead_allocates_nothing_after_the_first_epochs(int ahead)
    {
        using var prefetcher = new Prefetcher(Numbered(1000, width: 16), new BatchPlan(10) { Seed = 1, Augment = [new Jitter()] }, ahead);
        var epoch = 0;
        double sum = 0;
        // The count is the whole process's, and the test runner allocates now and then: the least of some rounds is ours.
        var least = long.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var walk = 0; walk < 5; walk++)
                Walk();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        Assert.That(sum, Is.GreaterThan(0));
        Assert.That(least, Is.Zero);

        void Walk()
        {
            foreach (var batch in prefetcher.Epoch(epoch++))
                sum += batch.Inputs.Span[0] + batch.Labels.Span[0];
        }
    }

    private static int[] Rows(Batches batches)
    {
        var rows = new List<int>();
        foreach (var batch in batches)
            rows.AddRange(batch.Indices.Span);
        return [.. rows];
    }

    private static List<float[]> Content(DataSet set, BatchPlan plan, int epoch, int first)
    {
        var content = new List<float[]>();
        foreach (var batch in set.Batches(plan, epoch, first))
            content.Add([.. batch.Inputs.Span, .. batch.Labels.ToArray(), .. batch.Indices.ToArray(), batch.Epoch, batch.Number]);
        return content;
    }

    private static List<float[]> Content(Prefetcher prefetcher, int epoch, int first)
    {
        var content = new List<float[]>();
        foreach (var batch in prefetcher.Epoch(epoch, first))
            content.Add([.. batch.Inputs.Span, .. batch.Labels.ToArray(), .. batch.Indices.ToArray(), batch.Epoch, batch.Number]);
        return content;
    }
}
