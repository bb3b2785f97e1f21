namespace GpuNN.Tests;

/// <summary>Rehearsal: a fair and repeatable choice of what was seen, and the sets that it makes.</summary>
[Notes("8.1.4", "Catastrophic interference")]
public sealed class ReplayBufferTests
{
    // Sample i of a task is the number that it is.
    private static DataSet Task(int first, int count) => DataSet.WithLabels([.. Enumerable.Range(first, count).Select(i => (float)i)], [1], [.. Enumerable.Range(first, count).Select(i => i % 2)], 2);

    private static float[] Held(ReplayBuffer buffer) => buffer.Contents.Inputs.ToArray();

    [Test]
    public void It_keeps_everything_while_there_is_room()
    {
        var buffer = new ReplayBuffer(capacity: 10);
        Assert.That(buffer.With(Task(0, 4)).Inputs.ToArray(), Is.EqualTo(new float[] { 0, 1, 2, 3 }), "an empty buffer adds nothing");
        Assert.That(() => buffer.Contents, Throws.InvalidOperationException.With.Message.Contains("empty"));
        buffer.Add(Task(0, 4));
        buffer.Add(Task(4, 3));
        Assert.That(Held(buffer), Is.EqualTo(new float[] { 0, 1, 2, 3, 4, 5, 6 }));
        var mixed = buffer.With(Task(7, 2));
        Assert.That(mixed.Inputs.ToArray(), Is.EqualTo(new float[] { 7, 8, 0, 1, 2, 3, 4, 5, 6 }));
        Assert.That(mixed.Labels.ToArray(), Is.EqualTo(new[] { 1, 0, 0, 1, 0, 1, 0, 1, 0 }));
    }

    [Test]
    public void The_choice_depends_on_the_seed_and_the_order_alone()
    {
        float[] Choose(ulong seed, int cut)
        {
            var buffer = new ReplayBuffer(20, seed);
            buffer.Add(Task(0, cut));
            buffer.Add(Task(cut, 100 - cut));
            return Held(buffer);
        }

        Assert.That(Choose(1, 50), Is.EqualTo(Choose(1, 50)));
        Assert.That(Choose(1, 97), Is.EqualTo(Choose(1, 50)), "however the samples were cut into tasks");
        Assert.That(Choose(2, 50), Is.Not.EqualTo(Choose(1, 50)));
    }

    [Test]
    public void Each_sample_is_as_likely_as_any_other()
    {
        const int Seeds = 2000, Seen = 30, Capacity = 6;
        var counts = new int[Seen];
        for (var seed = 0; seed < Seeds; seed++)
        {
            var buffer = new ReplayBuffer(Capacity, (ulong)seed);
            buffer.Add(Task(0, 10));
            buffer.Add(Task(10, 20));
            Assert.That(Held(buffer).Distinct().Count(), Is.EqualTo(Capacity));
            foreach (var sample in Held(buffer))
                counts[(int)sample]++;
        }
        const double Share = (double)Capacity / Seen;
        Assert.That(counts.Select(count => (double)count), Is.All.EqualTo(Seeds * Share).Within(4 * Math.Sqrt(Seeds * Share * (1 - Share))));
    }

    [Test]
    public void Bad_arguments_are_refused()
    {
        Assert.That(() => new ReplayBuffer(0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("at least one"));
        var buffer = new ReplayBuffer(3);
        buffer.Add(Task(0, 0));
        Assert.That(buffer.Count, Is.Zero, "a task without data leaves it as it is");
        buffer.Add(Task(0, 3));
        Assert.That(() => buffer.Add(DataSet.Of([1, 2], [2])), Throws.TypeOf<InvalidDataException>().With.Message.Contains("two sets of one kind"));
    }
}
