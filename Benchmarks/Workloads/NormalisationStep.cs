namespace GpuNN.Benchmarks;

/// <summary>Makes the step of a normalisation: its values, then the gradients of x and its parameters from a given dy.</summary>
internal static class NormalisationStep
{
    /// <summary>Numbers that are read or written for each of x at least: x and y, then x, dy and dx.</summary>
    private const int Passes = 5;

    /// <summary>Compiles the step and feeds it once.</summary>
    public static Work Make(Device device, Layer layer, Shape shape)
    {
        var count = (int)shape.Elements;
        var step = device.Compile(graph =>
        {
            var (x, dy) = (graph.Input("x", shape), graph.Input("dy", shape));
            var y = layer.Apply(x);
            return [y, .. graph.Gradients(y, [x, .. layer.Parameters.Where(parameter => parameter.Trainable)], cotangent: dy)];
        });
        step.Run(RandomNumbers.Normal(count, seed: 1), RandomNumbers.Normal(count, seed: 2));
        return new Work(() => step.Run()) { Bytes = (double)Passes * sizeof(float) * count, Params = layer.ParameterCount };
    }
}
