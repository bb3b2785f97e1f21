using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>An encoder that reads backwards knows what one that reads forwards knows of the reversed source.</summary>
[Notes("16.1.1", "Recurrent neural network encoders")]
public sealed class ReadingOrderTests
{
    private const int Tokens = 9;

    [Test]
    public void Reading_backwards_is_reading_the_reversed_source()
    {
        int[] source = [4, 5, 6, 8, 2, 7, 7, 4, 2, 0], reversed = [2, 8, 6, 5, 4, 2, 4, 7, 7, 0];
        var backwards = Codes(ReadingOrder.Backwards, source);
        var forwards = Codes(ReadingOrder.Forwards, reversed);
        Assert.That(backwards.Code, Is.EqualTo(forwards.Code).Within(1e-6));
        // the steps stand where their tokens stand: the second source has four tokens and a padding
        for (var row = 0; row < 2; row++)
            for (var step = 0; step < 5 - row; step++)
                Assert.That(backwards.Steps[row * 5 + step], Is.EqualTo(forwards.Steps[row * 5 + 4 - row - step]).Within(1e-6));
    }

    [Test]
    public void In_both_directions_the_code_is_that_at_the_first_token()
    {
        int[] source = [4, 5, 6, 8, 2, 7, 7, 4, 2, 0];
        var (code, steps) = Codes(ReadingOrder.Both, source);
        for (var row = 0; row < 2; row++)
            Assert.That(steps[row * 5][6..], Is.EqualTo(code[row][..6]), "the outputs of the run backwards at the first step");
    }

    [Test]
    public void Two_orders_at_once_are_refused() =>
        Assert.That(() => new Lstm(3, 4, bidirectional: true, backwards: true), Throws.ArgumentException.With.Message.Contains("Leave one of them out"));

    private static (float[][] Code, float[][] Steps) Codes(ReadingOrder reads, int[] source)
    {
        using var device = Device.On(new HostRoute(1));
        device.Parameters.Seed = 5;
        var model = new SequenceToSequence(Tokens, Tokens, width: 4, units: 6, targetSteps: 5, reads: reads);
        var results = device.Compile(graph =>
        {
            var code = model.Encode(graph.Input("source"));
            return [code.State.Packed(), code.Steps];
        }).Run(Feed.Of("source", source, [2, 5]));
        return ([.. results[0].ToArray().Chunk(12)], [.. results[1].ToArray().Chunk(model.MemoryWidth)]);
    }
}
