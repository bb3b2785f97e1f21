namespace GpuNN.Tests;

/// <summary>Loops over steps: their values, their gradients and the gradients of these, in both directions and however much they keep.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels"), Covers(typeof(Operations.Scan))]
public sealed class ScanTests(Device device)
{
    private static readonly ScanMemory[] memories = Enum.GetValues<ScanMemory>();

    private static readonly CheckOptions loose = new() { Low = -1, High = 1, Tolerance = 1e-5, GradientTolerance = 1e-4, SecondTolerance = 1e-3 };

    [Test]
    public void A_running_sum_agrees([Values(1, 5)] int steps, [Values] bool reverse, [ValueSource(nameof(memories))] ScanMemory memory) => OperationCheck.Verify(
        device, x => x[0].Scan(x[1], (sum, item) => sum + item, new() { Reverse = reverse, Memory = memory }).All, [[steps, 3], [3]], x =>
        {
            var y = new double[steps * 3];
            var sum = (double[])x[1].Clone();
            foreach (var t in Order(steps, reverse))
                for (var c = 0; c < 3; c++)
                    y[t * 3 + c] = sum[c] += x[0][t * 3 + c];
            return y;
        });

    [Test]
    public void A_simple_recurrent_cell_agrees([Values(1, 4)] int steps, [Values] bool reverse, [ValueSource(nameof(memories))] ScanMemory memory) => OperationCheck.Verify(
        device,
        x => x[0].Scan(x[1], (h, item) => (item.MatMul(x[2]) + h.MatMul(x[3]) + x[4]).Tanh(), new() { Reverse = reverse, Memory = memory }).All,
        [[steps, 2, 3], [2, 5], [3, 5], [5, 5], [5]],
        x =>
        {
            var y = new double[steps * 10];
            var h = x[1];
            foreach (var t in Order(steps, reverse))
            {
                h = Cell(x[0].AsSpan(t * 6, 6).ToArray(), h, x[2], x[3], x[4]);
                h.CopyTo(y, t * 10);
            }
            return y;
        }, loose);

    // p' = p q + x, q' = q - 0.5 p: the outputs are p' and p + q, and the last states count as well.
    [Test]
    public void Two_states_that_need_each_other_agree([Values] bool reverse, [ValueSource(nameof(memories))] ScanMemory memory) => OperationCheck.Verify(
        device,
        x =>
        {
            var scanned = Graph.Current.Scan([x[1], x[2]], [x[0]], (states, items) =>
            {
                var (p, q) = (states[0], states[1]);
                var next = p * q + items[0];
                return ([next, q - 0.5f * p], [next, p + q]);
            }, new() { Reverse = reverse, Memory = memory });
            return Slicing.Concatenate(0, scanned.Outputs[0], scanned.Outputs[1] * 2, scanned.Final[0].Reshape([1, 3]), scanned.Final[1].Reshape([1, 3]));
        },
        [[4, 3], [3], [3]],
        x =>
        {
            var y = new double[10 * 3];
            for (var c = 0; c < 3; c++)
            {
                var (p, q) = (x[1][c], x[2][c]);
                foreach (var t in Order(4, reverse))
                {
                    y[(4 + t) * 3 + c] = 2 * (p + q);
                    (p, q) = (p * q + x[0][t * 3 + c], q - 0.5 * p);
                    y[t * 3 + c] = p;
                }
                (y[24 + c], y[27 + c]) = (p, q);
            }
            return y;
        }, loose);

    // Each state becomes the other; one output is an item, one the same at each step.
    [Test]
    public void What_is_only_passed_on_agrees([ValueSource(nameof(memories))] ScanMemory memory) => OperationCheck.Verify(
        device,
        x =>
        {
            var scanned = Graph.Current.Scan([x[1], x[2]], [x[0]], (states, items) =>
                ([states[1], states[0]], [items[0], x[3], states[0], states[1].Reshape([1, 3])]), new() { Memory = memory });
            return Slicing.Concatenate(0, [scanned.Final[0].Reshape([1, 3]), .. scanned.Outputs.Select((output, i) => output.Reshape([5, 3]) * (i + 1))]);
        },
        [[5, 3], [3], [3], [3]],
        x =>
        {
            IEnumerable<double> Turns(int first, double factor) => Enumerable.Range(0, 5).SelectMany(t => x[1 + (first + t) % 2].Select(value => factor * value));
            return [.. x[2], .. x[0], .. Enumerable.Range(0, 5).SelectMany(_ => x[3].Select(value => 2 * value)), .. Turns(0, 3), .. Turns(1, 4)];
        });

    [Test]
    public void A_scan_in_a_scan_agrees([Values] bool reverse, [ValueSource(nameof(memories))] ScanMemory memory)
    {
        var options = new ScanOptions { Reverse = reverse, Memory = memory };
        OperationCheck.Verify(
            device,
            x => x[0].Scan(x[1], (outer, row) => row.Scan(outer, (inner, item) => (inner * x[2] + item * outer).Tanh(), options).Final, options).All,
            [[3, 4, 5], [5], [5]],
            x =>
            {
                var y = new double[15];
                for (var c = 0; c < 5; c++)
                {
                    var outer = x[1][c];
                    foreach (var row in Order(3, reverse))
                    {
                        var inner = outer;
                        foreach (var t in Order(4, reverse))
                            inner = Math.Tanh(inner * x[2][c] + x[0][(row * 4 + t) * 5 + c] * outer);
                        y[row * 5 + c] = outer = inner;
                    }
                }
                return y;
            }, loose);
    }

    [Test]
    public void A_table_read_by_a_sequence_of_indices_agrees() => OperationCheck.Verify(
        device,
        x => x[0].Scan(x[1], (h, index) => (h + x[2].Gather(index)).Tanh()).All,
        [[4, 2], [2, 3], [5, 3]],
        x =>
        {
            var y = new double[4 * 6];
            var h = (double[])x[1].Clone();
            for (var t = 0; t < 4; t++)
                for (var row = 0; row < 2; row++)
                    for (var c = 0; c < 3; c++)
                        y[t * 6 + row * 3 + c] = h[row * 3 + c] = Math.Tanh(h[row * 3 + c] + x[2][(int)x[0][t * 2 + row] * 3 + c]);
            return y;
        },
        loose with { Integers = new Dictionary<int, int[]> { [0] = [3, 0, 1, 3, 4, 4, 0, 2] } });

    private static IEnumerable<int> Order(int steps, bool reverse) => reverse ? Enumerable.Range(0, steps).Reverse() : Enumerable.Range(0, steps);

    private static double[] Cell(double[] x, double[] h, double[] w, double[] u, double[] b)
    {
        var (inputs, units) = (w.Length / b.Length, b.Length);
        var next = new double[h.Length];
        for (var k = 0; k < next.Length; k++)
        {
            var (row, c) = (k / units, k % units);
            var sum = b[c];
            for (var i = 0; i < inputs; i++)
                sum += x[row * inputs + i] * w[i * units + c];
            for (var i = 0; i < units; i++)
                sum += h[row * units + i] * u[i * units + c];
            next[k] = Math.Tanh(sum);
        }
        return next;
    }
}
