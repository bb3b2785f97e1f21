using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Scores of sequences: a sequence counts only where every step that counts is right.</summary>
public sealed class SequenceAccuracyTests
{
    private Device device = null!;

    [SetUp]
    public void Open() => device = Device.On(new HostRoute(1));

    [TearDown]
    public void Close() => device.Dispose();

    [Test]
    public void One_wrong_step_makes_a_sequence_wrong()
    {
        // two classes, three steps: all right, the last one wrong, wrong in padding alone
        float[] scores = [1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1];
        int[] labels = [0, 1, 0, 0, 1, 0, 0, 1, -1];
        var (input, target) = (Feed.Of("x", scores, [3, 3, 2]), Feed.Of("t", labels, [3, 3]));
        Assert.That(Score(new SequenceAccuracy(), input, target), Is.EqualTo((1f, 3f)));
        Assert.That(Score(new SequenceAccuracy { Ignored = -1 }, input, target), Is.EqualTo((2f, 3f)));
    }

    [Test]
    public void One_wrong_answer_makes_a_sequence_wrong()
    {
        // two steps of two answers, as logits
        float[] logits = [1, -1, -2, 3, 1, -1, -2, -3, 5, 5, 5, 5];
        float[] targets = [1, 0, 0, 1, 1, 0, 0, 1, 1, 1, -1, -1];
        var (input, target) = (Feed.Of("x", logits, [3, 2, 2]), Feed.Of("t", targets, [3, 2, 2]));
        Assert.That(Score(new BinarySequenceAccuracy(), input, target), Is.EqualTo((1f, 3f)));
        Assert.That(Score(new BinarySequenceAccuracy { Ignored = -1 }, input, target), Is.EqualTo((2f, 3f)));
        Assert.That(Score(new BinaryAccuracy { Ignored = -1 }, input, target), Is.EqualTo((9f, 10f)));
    }

    [Test]
    public void A_binary_loss_weighs_what_counts_and_is_nothing_where_nothing_does()
    {
        var loss = Loss.BinaryCrossEntropy with { Ignored = -1 };
        var function = device.Compile(graph =>
        {
            var (x, t) = (graph.Input("x"), graph.Input("t"));
            return [loss.Of(x, t), loss.Weight(x, t)];
        });
        var results = function.Run(Feed.Of("x", new float[] { 3, -2 }, [1, 2]), Feed.Of("t", new float[] { 1, -1 }, [1, 2]));
        Assert.That((results[0].Scalar(), results[1].Scalar()), Is.EqualTo(((float)Math.Log(1 + Math.Exp(-3)), 1f)).Within(1e-6f));
        results = function.Run(Feed.Of("x", new float[] { 3, -2 }, [1, 2]), Feed.Of("t", new float[] { -1, -1 }, [1, 2]));
        Assert.That((results[0].Scalar(), results[1].Scalar()), Is.EqualTo((0f, 0f)));
    }

    private (float Sum, float Count) Score(Metric metric, Feed input, Feed target)
    {
        var results = device.Compile(graph =>
        {
            var x = graph.Input("x");
            var t = graph.Input("t");
            return [metric.Sum(x, t), metric.Count(x, t).BroadcastTo([])];
        }).Run(input, target);
        return (results[0].Scalar(), results[1].Scalar());
    }
}
