using GpuNN;

namespace Samples;

/// <summary>A regulariser of one's own on weights: a price on all that leaves an input together, so that useless inputs are cut off.</summary>
public sealed class GroupLasso(Dense layer, float rate) : Penalty
{
    // The root's slope is infinite at 0.
    private const float Smoothing = 1e-8f;

    public override Tensor Of(IReadOnlyList<Parameter> parameters) =>
        rate * (layer.Weight.Square().Sum(axis: 1) + Smoothing).Sqrt().Sum();
}

/// <summary>The regulariser in a trainer.</summary>
public static class GroupLassoSample
{
    /// <summary>Learns Friedman's function, for which five inputs of ten matter, and returns the norm of what leaves each input.</summary>
    public static double[] Run(Device device, TextWriter output, float rate, int epochs = 150)
    {
        var scale = TargetTransform.Standard();
        var set = Friedman.Draw(train: 1000, test: 1).Train;
        scale.Fit(set);
        var first = new Dense(Friedman.Inputs, 16);
        var trainer = new Trainer(device, new Sequential(first, new Tanh(), new Dense(16, 1)), Loss.MeanSquared, new Adam(1e-2f))
        {
            Seed = 3,
            Penalties = [new GroupLasso(first, rate)],
        };
        trainer.Fit(scale.Transform(set), epochs: epochs, batch: 50);

        var weights = first.Weight.ToArray();
        var norms = weights.Chunk(16).Select(row => Math.Sqrt(row.Sum(w => (double)w * w))).ToArray();
        output.WriteLine($"norms {string.Join(", ", norms.Select(norm => norm.ToString("F3")))}");
        return norms;
    }
}
