namespace GpuNN.Tests;

/// <summary>A neural Turing machine on one sequence, in double precision and slot by slot.</summary>
internal sealed class MachineReference(NeuralTuringMachine machine, int readers, int writers, int reach, IReadOnlyDictionary<string, double[]> parameters)
{
    private readonly int inputs = machine.Inputs;
    private readonly int units = machine.Units;
    private readonly int slots = machine.Slots;
    private readonly int width = machine.Width;

    /// <summary>The logits of each step.</summary>
    public double[] Logits(double[] x)
    {
        var hidden = parameters.GetValueOrDefault("first.hidden") ?? new double[units];
        var cell = parameters.GetValueOrDefault("first.cell");
        var read = parameters["first.read"];
        var memory = parameters.GetValueOrDefault("first.memory") ?? Enumerable.Repeat(1e-6, slots * width).ToArray();
        double[][] weights = [.. parameters["first.weights"].Chunk(slots).Select(head => Reference.Softmax(head, slots))];
        var logits = new List<double>();
        foreach (var item in x.Chunk(inputs))
        {
            double[] seen = cell is null ? read : [.. hidden, .. read];
            var z = Sum(Product(item, parameters["input"]), Product(seen, parameters["recurrent"]), parameters["bias"]);
            if (cell is null)
                hidden = [.. z.Select(Math.Tanh)];
            else
            {
                double Of(int gate, int k) => z[gate * units + k];
                cell = [.. cell.Select((c, k) => Sigmoid(Of(1, k)) * c + Sigmoid(Of(0, k)) * Math.Tanh(Of(2, k)))];
                hidden = [.. cell.Select((c, k) => Sigmoid(Of(3, k)) * Math.Tanh(c))];
            }
            (read, memory, weights) = Heads(Sum(Product(hidden, parameters["heads.weight"]), parameters["heads.bias"]), memory, weights);
            logits.AddRange(Sum(Product([.. hidden, .. read], parameters["output.weight"]), parameters["output.bias"]));
        }
        return [.. logits];
    }

    // z holds the keys of all heads, then their strengths, gates, shares and exponents, then erase and add of those that write.
    private (double[] Read, double[] Memory, double[][] Weights) Heads(double[] z, double[] memory, double[][] last)
    {
        var heads = readers + writers;
        var at = 0;
        double[][] Next(int count, int each)
        {
            at += count * each;
            return [.. z[(at - count * each)..at].Chunk(each)];
        }
        double[][] keys = Next(heads, width), strengths = Next(heads, 1), gates = Next(heads, 1), shares = Next(heads, 2 * reach + 1), exponents = Next(heads, 1);
        double[][] erase = [.. Next(writers, width).Select(row => row.Select(Sigmoid).ToArray())];
        double[][] add = [.. Next(writers, width).Select(row => row.Select(Math.Tanh).ToArray())];
        var weights = new double[heads][];
        for (var h = 0; h < heads; h++)
        {
            var content = Reference.ContentWeights([.. keys[h].Select(Math.Tanh)], Softplus(strengths[h][0]), memory);
            var gate = Sigmoid(gates[h][0]);
            double[] mixed = [.. content.Select((w, n) => gate * w + (1 - gate) * last[h][n])];
            weights[h] = Reference.Sharpened(Reference.Shifted(mixed, Reference.Softmax(shares[h], shares[h].Length)), 1 + Softplus(exponents[h][0]));
        }
        double[] read = [.. weights[..readers].SelectMany(w => Product(w, memory))];
        return (read, Reference.Written(memory, weights[readers..], erase, add), weights);
    }

    private static double[] Product(double[] row, double[] matrix)
    {
        var y = new double[matrix.Length / row.Length];
        for (var i = 0; i < matrix.Length; i++)
            y[i % y.Length] += row[i / y.Length] * matrix[i];
        return y;
    }

    private static double[] Sum(params double[][] rows) => [.. rows[0].Select((_, k) => rows.Sum(row => row[k]))];

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Softplus(double x) => Math.Log(1 + Math.Exp(x));
}
