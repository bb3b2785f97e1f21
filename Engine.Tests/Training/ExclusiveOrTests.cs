using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Exclusive or by back-propagation through one hidden layer of four tanh units.</summary>
[Notes("1.2", "Back propagation")]
public sealed class ExclusiveOrTests
{
    private static bool Solves(Device device, ulong seed)
    {
        device.Parameters.Seed = seed;
        var model = new Sequential(new Dense(2, 4), new Tanh(), new Dense(4, 1), new Tanh());
        var adam = new Adam(0.1f);
        var step = device.Compile(graph =>
        {
            var prediction = model.Apply(graph.Input("x", [graph.Batch, 2]));
            graph.Minimise(Loss.MeanSquared.Of(prediction, graph.Input("y", [graph.Batch])), model.Parameters, adam);
            return prediction;
        });
        float[] wanted = [-1, 1, 1, -1];
        var results = step.Run(new float[] { -1, -1, -1, 1, 1, -1, 1, 1 }, wanted);
        for (var time = 0; time < 300; time++)
            results = step.Run();
        return results[0].ToArray().Zip(wanted).All(pair => Math.Abs(pair.First - pair.Second) < 0.5);
    }

    [Test]
    public void At_least_95_of_100_seeds_solve_it()
    {
        using var device = Device.On(new HostRoute(1));
        Assert.That(Enumerable.Range(0, 100).Count(seed => Solves(device, (ulong)seed)), Is.AtLeast(95));
    }
}
