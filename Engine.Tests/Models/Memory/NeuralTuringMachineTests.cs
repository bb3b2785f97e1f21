using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>Neural Turing machines: values and gradients against a double reference, the scan against an unrolled loop, small memories, and that they learn.</summary>
[Notes("15.5", "Other"), Notes("15.5.1", "Attention and neural Turing machines")]
public sealed class NeuralTuringMachineTests
{
    private const int Batch = 2;
    private const int Steps = 3;
    private const int Inputs = 2;
    private const int Outputs = 3;

    private static readonly float[] x = [.. Enumerable.Range(0, Batch * Steps * Inputs).Select(i => MathF.Sin(3 * i + 1))];
    private static readonly float[] cotangent = [.. Enumerable.Range(0, Batch * Steps * Outputs).Select(i => MathF.Cos(2 * i))];

    // With another number of each, so that no two of them can stand for each other.
    [Test]
    public void Values_and_gradients_agree_with_the_reference(
        [Values] MemoryController controller, [Values(1, 2)] int readers, [Values(1, 2)] int writers, [Values] bool learnsMemory)
    {
        var machine = new NeuralTuringMachine(Inputs, Outputs, units: 4, slots: 5, width: 3, readers, writers, reach: 1, controller, learnsMemory ? Inits.Normal(0.5f) : null);
        using var device = Device.On(new HostRoute(1));
        Spread(machine);
        var results = device.Compile(graph =>
        {
            var y = machine.Apply(graph.Input("x", [Batch, Steps, Inputs]));
            return [y, .. graph.Gradients((y * graph.Input("r", y.Shape)).Sum(), machine.Parameters)];
        }, Checks.PoisonedArena).Run(Feed.Of("x", x), Feed.Of("r", cotangent));

        var values = machine.Parameters.ToDictionary(parameter => parameter.Path, parameter => Array.ConvertAll(parameter.ToArray(), value => (double)value));
        var reference = new MachineReference(machine, readers, writers, reach: 1, values);
        double[] Logits() => [.. Array.ConvertAll(x, value => (double)value).Chunk(Steps * Inputs).SelectMany(reference.Logits)];
        OperationCheck.Close(results[0].ToArray(), Logits(), 1e-5, "logits");
        for (var i = 0; i < machine.Parameters.Count; i++)
        {
            var numbers = values[machine.Parameters[i].Path];
            var differences = new double[numbers.Length];
            for (var k = 0; k < numbers.Length; k++)
            {
                const double h = 1e-5;
                double At(double value)
                {
                    numbers[k] = value;
                    return Logits().Zip(cotangent, (y, r) => y * r).Sum();
                }
                var middle = numbers[k];
                differences[k] = (At(middle + h) - At(middle - h)) / (2 * h);
                numbers[k] = middle;
            }
            OperationCheck.Close(results[1 + i].ToArray(), differences, 2e-4, machine.Parameters[i].Path);
        }
    }

    [Test]
    public void The_scan_is_the_unrolled_loop([Values] MemoryController controller)
    {
        var machine = new NeuralTuringMachine(Inputs, Outputs, units: 4, slots: 5, width: 3, readers: 2, controller: controller);
        using var device = Device.On(new HostRoute(1));
        Spread(machine);
        var results = device.Compile(graph =>
        {
            var sequences = graph.Input("x", [Batch, Steps, Inputs]);
            var r = graph.Input("r", [Batch, Steps, Outputs]);
            var trace = machine.Trace(sequences);
            var state = machine.Start(Batch);
            var (logits, memories, weights) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
            for (var t = 0; t < Steps; t++)
            {
                state = machine.Step(sequences.Slice(1, t, 1).Reshape([Batch, Inputs]), state);
                logits.Add(machine.Parts[0].Apply(state.Last).Reshape([Batch, 1, Outputs]));
                memories.Add(state.Memory.Reshape([Batch, 1, 5, 3]));
                weights.Add(state.Weights.Reshape([Batch, 1, 3, 5]));
            }
            var unrolled = Slicing.Concatenate(1, [.. logits]);
            return [
                machine.Apply(sequences), unrolled, trace.Logits, unrolled, trace.Memory, Slicing.Concatenate(1, [.. memories]), trace.Weights, Slicing.Concatenate(1, [.. weights]),
                .. graph.Gradients((machine.Apply(sequences) * r).Sum(), machine.Parameters).Zip(graph.Gradients((unrolled * r).Sum(), machine.Parameters), (a, b) => new[] { a, b })
                    .SelectMany(pair => pair)];
        }).Run(Feed.Of("x", x), Feed.Of("r", cotangent));
        for (var i = 0; i < results.Count; i += 2)
            Assert.That(results[i].ToArray(), Is.EqualTo(results[i + 1].ToArray()).Within(2e-6), $"result {i / 2}");
    }

    [Test]
    public void The_weights_of_each_head_sum_to_one_in_a_memory_smaller_than_the_sequence([Values(1, 2, 3)] int slots, [Values(0, 1, 2)] int reach)
    {
        var machine = new NeuralTuringMachine(Inputs, Outputs, units: 4, slots, width: 3, reach: reach);
        using var device = Device.On(new HostRoute(1));
        Spread(machine);
        const int steps = 9;
        var results = device.Compile(graph =>
        {
            var trace = machine.Trace(graph.Input("x", [1, steps, Inputs]));
            return [trace.Weights.Sum(3), .. graph.Gradients(trace.Logits.Sum(), machine.Parameters)];
        }, Checks.PoisonedArena).Run(Feed.Of("x", Enumerable.Range(0, steps * Inputs).Select(i => MathF.Sin(5 * i)).ToArray()));
        Assert.That(results[0].ToArray(), Has.Length.EqualTo(steps * 2).And.All.EqualTo(1).Within(1e-5));
        for (var i = 1; i < results.Count; i++)
            Assert.That(results[i].ToArray(), Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void Each_sequence_has_a_memory_of_its_own()
    {
        var machine = new NeuralTuringMachine(Inputs, Outputs, units: 4, slots: 5, width: 3);
        using var device = Device.On(new HostRoute(1));
        Spread(machine);
        var run = device.Compile(graph => machine.Apply(graph.Input("x")));
        var both = run.Run(Feed.Of("x", x, [Batch, Steps, Inputs]))[0].ToArray();
        for (var row = 0; row < Batch; row++)
        {
            var alone = run.Run(Feed.Of("x", x.AsMemory(row * Steps * Inputs, Steps * Inputs), [1, Steps, Inputs]))[0].ToArray();
            Assert.That(alone, Is.EqualTo(both[(row * Steps * Outputs)..((row + 1) * Steps * Outputs)]).Within(1e-6));
        }
    }

    [Test]
    public void Before_learning_it_goes_slot_by_slot_from_the_first_one_of_an_empty_memory()
    {
        var machine = new NeuralTuringMachine(Inputs, Outputs);
        using var device = Device.On(new HostRoute(1));
        var results = device.Compile(graph => [machine.Start(2).Weights, machine.Start(2).Memory, machine.Trace(graph.Input("x", [1, 4, Inputs])).Weights])
            .Run(Feed.Of("x", new float[4 * Inputs]));
        foreach (var head in results[0].ToArray().Chunk(machine.Slots))
        {
            Assert.That(head[0], Is.EqualTo(0.9f).Within(1e-5));
            Assert.That(head[1..], Is.All.EqualTo(0.1f / (machine.Slots - 1)).Within(1e-6));
        }
        Assert.That(results[1].ToArray(), Is.All.EqualTo(1e-6f));
        var places = results[2].ToArray().Chunk(machine.Slots).Select(head => Array.IndexOf(head, head.Max()));
        Assert.That(places, Is.EqualTo(new[] { 1, 1, 2, 2, 3, 3, 4, 4 }));
        Assert.That(machine.ToString(), Is.EqualTo("NeuralTuringMachine(2 -> 3, Lstm of 100, memory 128 x 20, 1 + 1 heads)"));
    }

    [Test]
    public void Only_the_forget_gates_start_at_their_bias([Values] MemoryController controller)
    {
        var machine = new NeuralTuringMachine(Inputs, Outputs, units: 3, slots: 5, width: 2, controller: controller, forgetBias: -1);
        using var device = Device.On(new HostRoute(1));
        device.Compile(graph => machine.Apply(graph.Input("x", [1, 1, Inputs]))).Run(Feed.Of("x", new float[Inputs]));
        var bias = machine.Parameters.Single(parameter => parameter.Path == "bias").ToArray();
        Assert.That(bias, Is.EqualTo(controller == MemoryController.Lstm ? new float[] { 0, 0, 0, -1, -1, -1, 0, 0, 0, 0, 0, 0 } : new float[3]));
    }

    [Test]
    public void It_learns_to_copy([Values] MemoryController controller)
    {
        const int bits = 2;
        using var device = Device.On(new HostRoute(1));
        var data = CopyTask.Draw(4000, 50, shortest: 1, longest: 2, bits: bits);
        var machine = new NeuralTuringMachine(bits + 2, bits, units: 16, slots: 4, width: 6, controller: controller);
        var trainer = new Trainer(device, machine, new BinaryCrossEntropyLoss { Ignored = CopyTask.Ignored }, new Adam(1e-2f) { ClipNorm = 10 }) { Seed = 1 };
        trainer.Fit(data.Train, batch: 10);
        Assert.That(trainer.Evaluate(data.Test).Accuracy, Is.GreaterThan(0.95));
    }

    [Test]
    public void Sequences_of_another_width_are_refused()
    {
        var machine = new NeuralTuringMachine(Inputs, Outputs, units: 4, slots: 5, width: 3);
        Assert.That(() => LayerRun.Of(machine, [2, 3, 4], new float[24]),
            Throws.InstanceOf<ShapeException>().With.Message.Contains("needs sequences (batch, steps, 2), but got (2, 3, 4)."));
    }

    [Test]
    public void A_machine_without_slots_is_refused() => Assert.That(
        () => new NeuralTuringMachine(Inputs, Outputs, slots: 0),
        Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("but got 0 x 20, 1 and 1, with reach 1."));

    private static void Spread(NeuralTuringMachine machine)
    {
        foreach (var parameter in machine.Parameters)
            parameter.Set([.. Enumerable.Range(0, (int)parameter.Shape.Elements).Select(i => 0.8f * MathF.Sin(7 * i + parameter.Path.Length))]);
    }
}
