namespace GpuNN.Tests;

/// <summary>Runs a layer on its own, on the host.</summary>
internal static class LayerRun
{
    /// <summary>What it makes of x.</summary>
    public static float[] Of(Layer layer, Shape shape, float[] x, bool training = false) =>
        Devices.Host().Compile(graph => layer.Apply(graph.Input("x", shape)), Checks.PoisonedArena, training).Run(x)[0].ToArray();

    /// <summary>What it makes of x, and the gradient of the sum of that by x.</summary>
    public static (float[] Y, float[] Dx) WithGradient(Layer layer, Shape shape, float[] x, bool training = true)
    {
        var results = Devices.Host().Compile(graph =>
        {
            var input = graph.Input("x", shape);
            var y = layer.Apply(input);
            return [y, graph.Gradients(y.Sum(), [input])[0]];
        }, Checks.PoisonedArena, training).Run(x);
        return (results[0].ToArray(), results[1].ToArray());
    }
}
