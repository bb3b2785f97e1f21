using GpuNN;

namespace Samples;

/// <summary>The fourth program: a training step of one's own. Everything that runs is a compiled function; updates are part of it.</summary>
public static class AdversarySample
{
    /// <summary>A generator and a critic play against each other over drawn digits. Returns the critic's losses.</summary>
    public static IReadOnlyList<float> Run(Device device, TextWriter output, DataSet digits, int width = 32)
    {
        var generator = new Sequential(new Dense(16, width), new Relu(), new Dense(width, 784), new Sigmoid());
        var critic = new Sequential(new Dense(784, width), new Relu(), new Dense(width, 1));
        Adam forGenerator = new(2e-4f) { Beta1 = 0.5f }, forCritic = new(2e-4f) { Beta1 = 0.5f };

        var discriminate = device.Compile(graph =>
        {
            var real = graph.Input("real", [graph.Batch, 784]);
            var fake = generator.Forward(graph.Normal([graph.Batch, 16])).Detach();
            var loss = Loss.BinaryOnLogits(critic.Forward(real), 1f) + Loss.BinaryOnLogits(critic.Forward(fake), 0f);
            graph.Minimise(loss, critic.Parameters, forCritic);
            return loss.Named("loss");
        });
        var generate = device.Compile(graph =>
        {
            var fake = generator.Forward(graph.Normal([64, 16]));
            var loss = Loss.BinaryOnLogits(critic.Forward(fake), 1f);
            graph.Minimise(loss, generator.Parameters, forGenerator);
            return loss.Named("loss");
        });

        var losses = new List<float>();
        foreach (var images in digits.Batches(64))
        {
            losses.Add(discriminate.Run(images)["loss"].Scalar());
            generate.Run();
        }
        output.WriteLine($"critic's loss {losses[^1]:F3}");
        return losses;
    }
}
