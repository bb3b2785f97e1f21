using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>
/// Holds an operation against a double-precision reference: its values, its gradients for a random cotangent r, and the
/// gradients of these for another one, s. The operation is applied twice, so that its operands have two consumers; the arena
/// is NaN before every run; neighbours are fused and not. Central differences of the reference check the gradients, so
/// float noise never enters what is compared with. On the host route the bits must not depend on the threads.
/// </summary>
internal sealed class OperationCheck
{
    private static readonly int[] otherThreads = [1, 3, 5];

    private readonly Func<Tensor[], Tensor> build;
    private readonly Shape[] shapes;
    private readonly CheckOptions options;
    private readonly float[][] x;
    private readonly float[] r;
    private readonly float[][] s;
    private readonly int[] free;

    private OperationCheck(Func<Tensor[], Tensor> build, Shape[] shapes, CheckOptions options, int results, int seed)
    {
        this.build = build;
        this.shapes = shapes;
        this.options = options;
        free = [.. Enumerable.Range(0, shapes.Length).Where(i => !options.Integers.ContainsKey(i) && !options.Fixed.Contains(i))];
        var random = new Random(seed);
        x = Spread(random);
        r = Signs(random, results);
        s = [.. free.Select(i => Signs(random, (int)shapes[i].Elements))];
    }

    /// <summary>Checks an operation.</summary>
    public static void Verify(Device device, Operation operation, Shape[] shapes, Func<double[][], double[]> reference, CheckOptions? options = null) =>
        Verify(device, x => Graph.Current.Apply(operation, x), shapes, reference, options);

    /// <summary>Checks a formula.</summary>
    public static void Verify(Device device, Func<Tensor[], Tensor> build, Shape[] shapes, Func<double[][], double[]> reference, CheckOptions? options = null)
    {
        options ??= new();
        var check = new OperationCheck(build, shapes, options, 0, seed: 7);
        check = new OperationCheck(build, shapes, options, reference(check.Doubles()).Length, seed: 7);
        var truth = new Truth(reference, check.Doubles(), check.r, check.s, check.free, options);
        var fused = check.Run(device, Checks.PoisonedArena);
        check.Compare(fused, truth, $"{device.Name}, fused");
        check.Compare(check.Run(device, Checks.PoisonedArena | Checks.Unfused), truth, $"{device.Name}, unfused");
        if (device.Route is not HostRoute host)
            return;
        foreach (var threads in otherThreads)
            Same(check.Run(Devices.Host(threads, host.LaneWidth), Checks.PoisonedArena), fused, $"{threads} threads");
        for (var lane = host.LaneWidth / 2; lane >= 4; lane /= 2)
            check.Compare(check.Run(Devices.Host(1, lane), Checks.PoisonedArena), truth, $"cpu, lanes of {lane}");
    }

    /// <summary>
    /// Runs a formula that is large enough to be split and its gradients on the host: the bits must be the same with 1, 2, 3
    /// and 5 threads, and the lane widths must agree within the tolerance.
    /// </summary>
    public static void SameBits(Func<Tensor[], Tensor> build, Shape[] shapes, int results, CheckOptions? options = null)
    {
        options ??= new();
        var check = new OperationCheck(build, shapes, options, results, seed: 11);
        float[][]? wide = null;
        for (var lane = Devices.WidestLane; lane >= 4; lane /= 2)
        {
            var one = check.Run(Devices.Host(1, lane), Checks.PoisonedArena, second: false);
            foreach (var threads in new[] { 2, 3, 5 })
                Same(check.Run(Devices.Host(threads, lane), Checks.PoisonedArena, second: false), one, $"{threads} threads, lanes of {lane}");
            wide ??= one;
            for (var k = 0; k < one.Length; k++)
                Close(one[k], [.. wide[k].Select(value => (double)value)], k == 0 ? 10 * options.Tolerance : 2 * options.GradientTolerance, $"lanes of {lane}, {What(k)}");
        }
    }

    /// <summary>Compares numbers; the error is measured against the largest of them.</summary>
    public static void Close(float[] got, double[] wanted, double tolerance, string what)
    {
        Assert.That(got, Has.Length.EqualTo(wanted.Length), what);
        var largest = wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (var i = 0; i < got.Length; i++)
        {
            var same = double.IsFinite(wanted[i]) ? Math.Abs(got[i] - wanted[i]) <= tolerance * (largest + 0.01) : wanted[i].Equals((double)got[i]);
            if (!same)
                Assert.Fail($"{what}: element {i} of {got.Length} is {got[i]:R}, but should be {wanted[i]:R} within {tolerance:G2} of {largest:G3}.");
        }
    }

    /// <summary>Compares bits.</summary>
    public static void Same(float[][] got, float[][] wanted, string what)
    {
        for (var k = 0; k < wanted.Length; k++)
            for (var i = 0; i < wanted[k].Length; i++)
                if (BitConverter.SingleToInt32Bits(got[k][i]) != BitConverter.SingleToInt32Bits(wanted[k][i]))
                    Assert.Fail($"{what}, {What(k)}: element {i} of {wanted[k].Length} is {got[k][i]:R}, but was {wanted[k][i]:R}: the bits differ.");
    }

    /// <summary>
    /// All operands' numbers are different from each other and from 0 by more than a difference step, in random order, so that
    /// no kink and no tie is near.
    /// </summary>
    private float[][] Spread(Random random)
    {
        var total = (int)Math.Max(1, shapes.Sum(shape => shape.Elements));
        var order = Enumerable.Range(0, total).ToArray();
        random.Shuffle(order);
        var next = 0;
        return [.. shapes.Select((shape, i) =>
        {
            var (low, high) = options.Ranges.TryGetValue(i, out var own) ? own : (options.Low, options.High);
            var values = new float[shape.Elements];
            for (var k = 0; k < values.Length; k++)
                values[k] = options.Integers.TryGetValue(i, out var integers) ? integers[k] : (float)(low + (high - low) * (order[next++] + 0.25) / total);
            return values;
        })];
    }

    private static float[] Signs(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];

    private double[][] Doubles() => [.. x.Select(values => values.Select(value => (double)value).ToArray())];

    /// <summary>The value, the gradients by the free operands, then the gradients of sum(g s) by these and by r.</summary>
    private float[][] Run(Device device, Checks checks, bool second = true)
    {
        var first = device.Compile(graph =>
        {
            var (inputs, y, cotangent) = Record(graph);
            return [y, .. Gradients(graph, y, inputs, cotangent)];
        }, checks, name: "check");
        var feeds = Feeds();
        var results = Twice(first, [.. feeds, Feed.Of("r", r)]);
        if (!second || free.Length == 0 || !options.Differentiable || !options.SecondOrder)
            return results;
        var again = device.Compile(graph =>
        {
            var (inputs, y, cotangent) = Record(graph);
            var g = Gradients(graph, y, inputs, cotangent);
            Tensor sum = 0f;
            for (var i = 0; i < g.Length; i++)
                sum += (g[i] * graph.Input($"s{i}", g[i].Shape)).Sum();
            return graph.Gradients(sum, [.. free.Select(i => inputs[i]), cotangent]);
        }, checks, name: "check");
        return [.. results, .. Twice(again, [.. feeds, Feed.Of("r", r), .. s.Select((values, i) => Feed.Of($"s{i}", values))])];
    }

    private (Tensor[] Inputs, Tensor Y, Tensor Cotangent) Record(Graph graph)
    {
        var inputs = shapes.Select((shape, i) => options.Integers.ContainsKey(i) ? graph.Labels($"x{i}", shape) : graph.Input($"x{i}", shape)).ToArray();
        var y = build(inputs) + build(inputs);
        return (inputs, y, graph.Input("r", y.Shape));
    }

    private Tensor[] Gradients(Graph graph, Tensor y, Tensor[] inputs, Tensor cotangent) =>
        graph.Gradients(y, [.. free.Select(i => inputs[i])], cotangent);

    private Feed[] Feeds() => [.. shapes.Select((shape, i) => options.Integers.TryGetValue(i, out var integers)
        ? Feed.Of($"x{i}", integers, shape)
        : Feed.Of($"x{i}", x[i], shape))];

    // The second run finds the memory as the first one left it, and the same random numbers.
    private static float[][] Twice(Function function, Feed[] feeds)
    {
        float[][] Play()
        {
            function.Step = 0;
            var results = function.Run(feeds);
            return [.. Enumerable.Range(0, results.Count).Select(i => results[i].ToArray())];
        }
        var once = Play();
        Same(Play(), once, "a second run");
        return once;
    }

    private void Compare(float[][] got, Truth truth, string where)
    {
        for (var k = 0; k < got.Length; k++)
            Close(got[k], truth[k], k == 0 ? options.Tolerance : k <= free.Length ? options.GradientTolerance : options.SecondTolerance,
                $"{where}, {(k <= free.Length ? What(k) : k - free.Length <= free.Length ? $"second gradient by operand {free[k - free.Length - 1]}" : "second gradient by r")}");
    }

    private static string What(int k) => k == 0 ? "value" : $"result {k}";

    /// <summary>What the reference says: values, and central differences of them.</summary>
    private sealed class Truth
    {
        private const double Step = 1e-4;
        private const double WideStep = 1e-3;
        private readonly double[][] answers;

        public Truth(Func<double[][], double[]> reference, double[][] x, float[] r, float[][] s, int[] free, CheckOptions options)
        {
            double[] Y(double[][] at) => [.. reference(at).Select(value => 2 * value)];
            double Loss(double[][] at)
            {
                if (!options.Differentiable)
                    return 0;
                var y = Y(at);
                double sum = 0;
                for (var i = 0; i < y.Length; i++)
                    sum += y[i] * r[i];
                return sum;
            }
            double[][] Along(double[][] at, double step) => [.. at.Select((values, i) => Array.IndexOf(free, i) is >= 0 and var k
                ? [.. values.Select((value, j) => value + step * s[k][j])]
                : values)];
            double Slope(double[][] at) => (Loss(Along(at, WideStep)) - Loss(Along(at, -WideStep))) / (2 * WideStep);
            double[] up = Y(Along(x, Step)), down = Y(Along(x, -Step));
            answers = [Y(x), .. free.Select(i => Differences(Loss, x, i, Step)), .. free.Select(i => Differences(Slope, x, i, WideStep)),
                [.. up.Zip(down, (a, b) => options.Differentiable ? (a - b) / (2 * Step) : 0)]];
        }

        public double[] this[int k] => answers[k];

        private static double[] Differences(Func<double[][], double> f, double[][] x, int operand, double step)
        {
            var gradient = new double[x[operand].Length];
            var at = x.Select(values => (double[])values.Clone()).ToArray();
            for (var k = 0; k < gradient.Length; k++)
            {
                at[operand][k] = x[operand][k] + step;
                var above = f(at);
                at[operand][k] = x[operand][k] - step;
                gradient[k] = (above - f(at)) / (2 * step);
                at[operand][k] = x[operand][k];
            }
            return gradient;
        }
    }
}
