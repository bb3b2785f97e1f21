namespace GpuNN.Tests;

/// <summary>How the heads of a memory find their place, read and write: numbers worked out beforehand, and what happens at the ends.</summary>
[Notes("15.5.1", "Attention and neural Turing machines")]
public sealed class MemoryAddressingTests
{
    private static readonly CheckOptions loose = new() { Low = -1, High = 1, Tolerance = 1e-5, GradientTolerance = 1e-4, SecondTolerance = 1e-3 };

    // A memory of rows (1, 0), (0, 1), (1, 1); the key (1, 0) of strength 2; gate 1/2 from slot 2; shares .1, .8, .1; exponent 2.
    [Test]
    public void Each_step_has_the_numbers_worked_out_beforehand()
    {
        var steps = Run(x =>
        {
            var content = ContentAddressing.Weights(x[0], 2f, x[1]);
            var mixed = Interpolation.Between(content, x[2], 0.5f);
            var shifted = CircularShift.Of(mixed, x[3]);
            var sharp = Sharpening.Of(shifted, 2f);
            return [content, mixed, shifted, sharp, MemoryRead.Of(x[1], sharp)];
        }, ([1, 1, 2], [1, 0]), ([1, 3, 2], [1, 0, 0, 1, 1, 1]), ([1, 1, 3], [0, 0, 1]), ([1, 1, 3], [0.1f, 0.8f, 0.1f]));
        Is_close(steps[0], 0.59101543, 0.07998524, 0.32899932);
        Is_close(steps[1], 0.29550772, 0.03999262, 0.66449966);
        Is_close(steps[2], 0.3068554, 0.12799483, 0.56514976);
        Is_close(steps[3], 0.2190093, 0.03810482, 0.74288588);
        Is_close(steps[4], 0.96189518, 0.7809907);
    }

    [Test]
    public void Content_addressing_agrees() => OperationCheck.Verify(
        Devices.Host(), x => ContentAddressing.Weights(x[0], x[1], x[2]), [[2, 3, 4], [2, 3, 1], [2, 5, 4]], x => PerHead(2, 3, (row, h) =>
            Reference.ContentWeights(Part(x[0], row * 3 + h, 4), x[1][row * 3 + h], Part(x[2], row, 20))), loose);

    [Test]
    public void A_shift_agrees([Values(1, 2, 5)] int slots, [Values(0, 1, 3)] int reach) => OperationCheck.Verify(
        Devices.Host(), x => CircularShift.Of(x[0], x[1]), [[2, 3, slots], [2, 3, 2 * reach + 1]], x => PerHead(2, 3, (row, h) =>
            Reference.Shifted(Part(x[0], row * 3 + h, slots), Part(x[1], row * 3 + h, 2 * reach + 1))), loose);

    [Test]
    public void A_positive_shift_goes_to_the_next_slot_and_from_the_last_to_the_first()
    {
        float[] Moved(params float[] weights) => Run(x => [CircularShift.Of(x[0], x[1])], ([1, 1, weights.Length], weights), ([1, 1, 3], [0, 0, 1]))[0];
        Assert.That(Moved(0, 1, 0), Is.EqualTo(new[] { 0f, 0, 1 }));
        Assert.That(Moved(0, 0, 1), Is.EqualTo(new[] { 1f, 0, 0 }));
        Assert.That(Moved(0, 1), Is.EqualTo(new[] { 1f, 0 }));
        Assert.That(Moved(1), Is.EqualTo(new[] { 1f }));
    }

    [Test]
    public void Sharpening_agrees() => OperationCheck.Verify(
        Devices.Host(), x => Sharpening.Of(x[0], x[1]), [[2, 3, 4], [2, 3, 1]], x => PerHead(2, 3, (row, h) =>
            Reference.Sharpened(Part(x[0], row * 3 + h, 4), x[1][row * 3 + h])), loose with { Low = 0.1, Ranges = new Dictionary<int, (double, double)> { [1] = (1, 4) } });

    [Test]
    public void Writing_with_two_heads_agrees() => OperationCheck.Verify(
        Devices.Host(), x => MemoryWrite.Of(x[0], x[1], x[2], x[3]), [[2, 4, 3], [2, 2, 4], [2, 2, 3], [2, 2, 3]], x =>
            [.. Enumerable.Range(0, 2).SelectMany(row => Reference.Written(Part(x[0], row, 12), Pair(x[1], row, 4), Pair(x[2], row, 3), Pair(x[3], row, 3)))], loose);

    [Test]
    public void A_key_or_a_slot_of_zeros_is_like_nothing_and_has_a_gradient()
    {
        var results = Run(x =>
        {
            var w = ContentAddressing.Weights(x[0], 3f, x[1]);
            return [w, .. Graph.Current.Gradients((w * x[2]).Sum(), [x[0], x[1]])];
        }, ([1, 2, 2], [0, 0, 1, 0]), ([1, 3, 2], [1, 0, 0, 0, -1, 0]), ([1, 2, 3], [1, 2, 3, 3, 2, 1]));
        Assert.That(results[0][..3], Is.EqualTo(new[] { 1 / 3f, 1 / 3f, 1 / 3f }).Within(1e-6));
        Assert.That(results[0][3] / results[0][4], Is.EqualTo(Math.Exp(3)).Within(1e-3), "cosine 1 against 0");
        Assert.That(results[1].Concat(results[2]), Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void A_large_strength_chooses_one_slot([Values(1e4f, 1e30f, float.MaxValue)] float strength)
    {
        var results = Run(x =>
        {
            var w = ContentAddressing.Weights(x[0], x[2], x[1]);
            return [w, .. Graph.Current.Gradients(w.Slice(2, 0, 1).Sum(), x)];
        }, ([1, 1, 2], [1, 0.1f]), ([1, 3, 2], [1, 0, 0, 1, -1, 0]), ([1, 1, 1], [strength]));
        Is_close(results[0], 1, 0, 0);
        Assert.That(results.SelectMany(values => values), Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void A_large_exponent_chooses_the_greatest_of_small_weights_and_does_not_divide_zero_by_zero()
    {
        var results = Run(x =>
        {
            var w = Sharpening.Of(x[0], 50f);
            return [w, Graph.Current.Gradients(w.Slice(2, 1, 1).Sum(), [x[0]])[0]];
        }, ([1, 1, 4], [1e-3f, 2e-3f, 0, 1e-20f]));
        Is_close(results[0], 0, 1, 0, 0);
        Assert.That(results[1], Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void An_exponent_of_one_changes_nothing() =>
        Is_close(Run(x => [Sharpening.Of(x[0], 1f)], ([1, 1, 3], [0.2f, 0.7f, 0.1f]))[0], 0.2, 0.7, 0.1);

    [Test]
    public void An_exponent_below_one_is_refused() => Assert.That(
        () => Run(x => [Sharpening.Of(x[0], 0.5f)], ([1, 1, 3], [0.2f, 0.7f, 0.1f])),
        Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("needs an exponent of 1 or more, but got 0.5."));

    [Test]
    public void An_even_number_of_shifts_is_refused() => Assert.That(
        () => Run(x => [CircularShift.Of(x[0], x[1])], ([1, 1, 3], [0, 1, 0]), ([1, 1, 2], [0, 1])),
        Throws.InstanceOf<ShapeException>().With.Message.Contains("needs shares (batch, heads, 2 reach + 1)"));

    private static float[][] Run(Func<Tensor[], Tensor[]> build, params (Shape Shape, float[] Values)[] x)
    {
        var results = Devices.Host().Compile(graph => build([.. x.Select((each, i) => graph.Input($"x{i}", each.Shape))]), Checks.PoisonedArena)
            .Run([.. x.Select((each, i) => Feed.Of($"x{i}", each.Values, each.Shape))]);
        return [.. Enumerable.Range(0, results.Count).Select(i => results[i].ToArray())];
    }

    private static void Is_close(float[] got, params double[] wanted) => Assert.That(got, Is.EqualTo(wanted).Within(1e-7));

    private static double[] Part(double[] x, int index, int size) => x[(index * size)..((index + 1) * size)];

    private static double[][] Pair(double[] x, int row, int size) => [Part(x, row * 2, size), Part(x, row * 2 + 1, size)];

    private static double[] PerHead(int batch, int heads, Func<int, int, double[]> head) =>
        [.. Enumerable.Range(0, batch).SelectMany(row => Enumerable.Range(0, heads).SelectMany(h => head(row, h)))];
}
