using GpuNN;

namespace Samples;

/// <summary>The second program: an activation of one's own, at full speed on every device, fused with its neighbours.</summary>
public readonly struct Bump : IPointwise
{
    public static T Value<T>(T x) where T : struct, ILane<T> => T.Exp(-x * x);
}

/// <summary>The activation in a model and in a formula.</summary>
public static class BumpSample
{
    /// <summary>Learns the exclusive or with three hidden units, which bumps do in a few steps, and returns the loss.</summary>
    public static float Run(Device device, TextWriter output, int steps = 200)
    {
        var model = new Sequential(new Dense(2, 3), new Map<Bump>(), new Dense(3, 1));
        var adam = new Adam(0.05f);
        var train = device.Compile(graph =>
        {
            var y = model.Forward(graph.Input("x", [graph.Batch, 2]));
            var loss = (y - graph.Input("target", [graph.Batch, 1])).Square().Mean();
            graph.Minimise(loss, model.Parameters, adam);
            return loss.Named("loss");
        });
        float[] x = [0, 0, 0, 1, 1, 0, 1, 1], target = [0, 1, 1, 0];
        for (var step = 0; step < steps; step++)
            train.Run(x, target);

        var slopes = device.Compile(graph =>
        {
            var at = graph.Input("x", [graph.Batch]);
            return graph.Gradients(at.Map<Bump>().Sum(), [at])[0];
        });
        output.WriteLine($"the bump's slope at 1 is {slopes.Run(new float[] { 1 })[0].ToArray()[0]:F4}");
        return train.Run(x, target)["loss"].Scalar();
    }
}
