namespace GpuNN.Tests;

/// <summary>Recurrent layers in double precision, unit by unit and step by step.</summary>
internal static partial class Reference
{
    /// <summary>What a unit makes of the inputs of its gates, the product, its other numbers, h' and c'.</summary>
    internal delegate (double H, double C) Cell(double[] x, double[] p, double[] extra, double h, double c);

    internal static Cell Lstm(bool peepholes) => (x, p, extra, _, c) =>
    {
        double A(int k) => peepholes ? extra[k] : 0;
        double i = Logistic(x[0] + p[0] + A(0) * c), f = Logistic(x[1] + p[1] + A(1) * c), g = Math.Tanh(x[2] + p[2]);
        var now = f * c + i * g;
        return (Logistic(x[3] + p[3] + A(2) * now) * Math.Tanh(now), now);
    };

    internal static Cell CoupledLstm(bool peepholes) => (x, p, extra, _, c) =>
    {
        double A(int k) => peepholes ? extra[k] : 0;
        double i = Logistic(x[0] + p[0] + A(0) * c), g = Math.Tanh(x[1] + p[1]);
        var now = (1 - i) * c + i * g;
        return (Logistic(x[2] + p[2] + A(1) * now) * Math.Tanh(now), now);
    };

    internal static Cell Gru(bool keeps) => (x, p, extra, h, _) =>
    {
        double z = Logistic(x[0] + p[0]), r = Logistic(x[1] + p[1]), n = Math.Tanh(x[2] + r * (p[2] + extra[0]));
        return (keeps ? z * h + (1 - z) * n : (1 - z) * h + z * n, 0);
    };

    internal static (double H, double C) Tanh(double[] x, double[] p, double[] extra, double h, double c) => (Math.Tanh(x[0] + p[0]), 0);

    internal static (double H, double C) Rectifier(double[] x, double[] p, double[] extra, double h, double c) => (Math.Max(0, x[0] + p[0]), 0);

    /// <summary>The outputs of all steps, then the last outputs, then the last cells.</summary>
    internal static (double[] Steps, double[] Hidden, double[] Cells) Recur(
        Cell cell, int gates, int extras, double[] x, double[] inputWeights, double[] weights, double[] vectors, double[] hidden, double[]? cells,
        int steps, int batch, int units, bool backwards, int[]? lengths)
    {
        var features = x.Length / (steps * batch);
        var h = (double[])hidden.Clone();
        var c = (double[]?)cells?.Clone() ?? new double[batch * units];
        var all = new double[steps * batch * units];
        for (var turn = 0; turn < steps; turn++)
        {
            var t = backwards ? steps - 1 - turn : turn;
            var (nextH, nextC) = ((double[])h.Clone(), (double[])c.Clone());
            for (var b = 0; b < batch; b++)
            {
                for (var u = 0; u < units && (lengths is null || t < lengths[b]); u++)
                {
                    double Input(int gate) => vectors[gate * units + u]
                        + Enumerable.Range(0, features).Sum(k => x[(t * batch + b) * features + k] * inputWeights[(k * gates + gate) * units + u]);
                    double Product(int gate) => Enumerable.Range(0, units).Sum(k => h[b * units + k] * weights[(k * gates + gate) * units + u]);
                    (nextH[b * units + u], nextC[b * units + u]) = cell(
                        [.. Enumerable.Range(0, gates).Select(Input)], [.. Enumerable.Range(0, gates).Select(Product)],
                        [.. Enumerable.Range(gates, extras).Select(k => vectors[k * units + u])], h[b * units + u], c[b * units + u]);
                }
            }
            (h, c) = (nextH, nextC);
            h.CopyTo(all, t * batch * units);
        }
        return (all, h, c);
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
}
