using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The drawn digits stay what they are, and as hard as they are.</summary>
public sealed class DrawnDigitsTests
{
    [Test]
    public void The_first_hundred_images_never_change()
    {
        var digits = DrawnDigits.Draw(train: 100, test: 0);
        var hash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(digits.Train.Inputs.Span)));
        Assert.That(hash, Is.EqualTo("609103b58efd27bb10272589bd3035491bec6b4341c0967806787fbf0d1f4786"));
        Assert.That(digits.Train.Labels.ToArray(), Is.EqualTo(Enumerable.Range(0, 100).Select(i => i % 10)));
    }

    [Test]
    public void An_image_depends_on_seed_and_index_alone()
    {
        var all = DrawnDigits.Draw(train: 50, test: 30, seed: 3);
        var few = DrawnDigits.Draw(train: 20, test: 10, seed: 3);
        Assert.That(few.Train.Inputs.ToArray(), Is.EqualTo(all.Train.Take(20).Inputs.ToArray()));
        Assert.That(few.Test.Inputs.ToArray(), Is.EqualTo(all.Test.Take(10).Inputs.ToArray()));
        Assert.That(all.Test.Take(20).Inputs.ToArray(), Is.Not.EqualTo(few.Train.Inputs.ToArray()));
        Assert.That(DrawnDigits.Draw(train: 20, test: 0, seed: 4).Train.Inputs.ToArray(), Is.Not.EqualTo(few.Train.Inputs.ToArray()));
        Assert.That(all.Train.Inputs.ToArray(), Is.All.InRange(0f, 1f));
    }

    /// <summary>Softmax regression in plain C#, independent of the engine, on the whole default set.</summary>
    [Test]
    public void A_linear_classifier_scores_what_the_recipe_says()
    {
        var digits = DrawnDigits.Draw();
        Assert.That((digits.Train.Count, digits.Test.Count), Is.EqualTo((10_000, 2_000)));
        var accuracy = SoftmaxRegression(digits.Train, digits.Test, epochs: 10, batch: 50, rate: 0.5f);
        TestContext.Out.WriteLine($"accuracy {accuracy:P2}");
        Assert.That(accuracy, Is.InRange(0.885, 0.915));
    }

    private static double SoftmaxRegression(DataSet train, DataSet test, int epochs, int batch, float rate)
    {
        const int Classes = 10;
        var size = (int)train.ItemShape.Elements;
        var weights = new float[Classes * size];
        var gradient = new float[Classes * size];
        var bias = new float[Classes];
        var biasGradient = new float[Classes];
        var scores = new double[Classes];
        for (var epoch = 0; epoch < epochs; epoch++)
            foreach (var step in train.Batches(new BatchPlan(batch) { Seed = 1 }, epoch))
            {
                Array.Clear(gradient);
                Array.Clear(biasGradient);
                for (var at = 0; at < step.Count; at++)
                {
                    var x = step.Inputs.Span.Slice(at * size, size);
                    Scores(x);
                    var top = scores.Max();
                    var sum = scores.Sum(score => Math.Exp(score - top));
                    for (var c = 0; c < Classes; c++)
                    {
                        var slope = (float)(Math.Exp(scores[c] - top) / sum) - (step.Labels.Span[at] == c ? 1 : 0);
                        biasGradient[c] += slope;
                        AddScaled(gradient.AsSpan(c * size, size), x, slope);
                    }
                }
                var pace = rate * 0.5f * (1 + MathF.Cos(MathF.PI * epoch / epochs));
                AddScaled(weights, gradient, -pace / step.Count);
                AddScaled(bias, biasGradient, -pace / step.Count);
            }

        var right = 0;
        for (var row = 0; row < test.Count; row++)
        {
            Scores(test.Item(row));
            right += Array.IndexOf(scores, scores.Max()) == test.Labels.Span[row] ? 1 : 0;
        }
        return (double)right / test.Count;

        void Scores(ReadOnlySpan<float> x)
        {
            for (var c = 0; c < Classes; c++)
            {
                var sum = Vector<float>.Zero;
                var w = weights.AsSpan(c * size, size);
                var k = 0;
                for (; k <= size - Vector<float>.Count; k += Vector<float>.Count)
                    sum += new Vector<float>(w[k..]) * new Vector<float>(x[k..]);
                double score = Vector.Sum(sum) + bias[c];
                for (; k < size; k++)
                    score += w[k] * x[k];
                scores[c] = score;
            }
        }
    }

    private static void AddScaled(Span<float> y, ReadOnlySpan<float> x, float scale)
    {
        var k = 0;
        for (; k <= y.Length - Vector<float>.Count; k += Vector<float>.Count)
            (new Vector<float>(y[k..]) + scale * new Vector<float>(x[k..])).CopyTo(y[k..]);
        for (; k < y.Length; k++)
            y[k] += scale * x[k];
    }
}
