namespace GpuNN;

/// <summary>
/// An attack on a model as compiled functions, for whole data sets. It changes neither the model nor the set; equal seeds give equal
/// results. See <see cref="GpuNN.Attack"/> for the formula.
/// </summary>
public sealed class Attacker
{
    private readonly BatchLoss batchLoss;
    private readonly Function? start;
    private readonly Function step;

    /// <summary>An attack on a model.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="model">Who is attacked; its layers act as in use.</param>
    /// <param name="loss">What the attack makes large, or small if it is targeted.</param>
    /// <param name="attack">How.</param>
    public Attacker(Device device, Layer model, Loss loss, Attack attack)
    {
        Attack = attack;
        batchLoss = new BatchLoss(model, loss);
        start = attack.RandomStart ? device.Compile(graph => attack.Start(graph.Input("origin")), training: false, name: "attack start") : null;
        step = device.Compile(RecordStep, training: false, name: "attack step");
    }

    /// <summary>How it attacks.</summary>
    public Attack Attack { get; }

    /// <summary>The set with its inputs changed; labels and targets stay.</summary>
    /// <param name="set">Inputs with the right answers or, for a targeted attack, the wanted ones.</param>
    /// <param name="batch">Samples in a run.</param>
    /// <exception cref="InvalidDataException">An input is outside the range of the attack, or the set does not fit the loss.</exception>
    public DataSet Perturb(DataSet set, int batch = 256)
    {
        Check(set);
        if (set.Count == 0)
            return set;
        if (start is not null)
            start.Step = 0;
        var changed = new float[set.Inputs.Length];
        var done = 0;
        foreach (var samples in set.Batches(batch))
        {
            var at = changed.AsMemory(done, samples.Inputs.Length);
            done += at.Length;
            Perturb(samples, at);
        }
        var (row, size) = (0, changed.Length / set.Count);
        return set.Map((_, result) => changed.AsSpan(row++ * size, size).CopyTo(result));
    }

    private void Perturb(Batch samples, Memory<float> at)
    {
        var origin = Feed.Of("origin", samples.Inputs, samples.InputsShape);
        if (start is null)
            samples.Inputs.CopyTo(at);
        else
            start.Run(origin)[0].CopyTo(at.Span);
        for (var time = 0; time < Attack.Steps; time++)
        {
            var input = Feed.Of("input", at, samples.InputsShape);
            var result = batchLoss.TargetOf(samples) is { } target ? step.Run(origin, input, target) : step.Run(origin, input);
            result[0].CopyTo(at.Span);
        }
    }

    private Tensor RecordStep(Graph graph)
    {
        var origin = graph.Input("origin");
        return Attack.Step(batchLoss.Model, batchLoss.Loss, origin, graph.Input("input"), batchLoss.Target(graph, origin));
    }

    private void Check(DataSet set)
    {
        if (batchLoss.Loss.Target == ElementKind.Int && !set.HasLabels)
            throw new InvalidDataException($"Attack: {batchLoss.Loss.Name} needs labels, but the set has none: {set}.\nUse DataSet.WithLabels, with the right classes or those that the model is to answer.");
        var inputs = set.Inputs.Span;
        for (var i = 0; i < inputs.Length; i++)
            if (!(inputs[i] >= Attack.Low && inputs[i] <= Attack.High))
                throw new InvalidDataException($"Attack: inputs must lie in [{Attack.Low}, {Attack.High}], but one of sample {i / (inputs.Length / set.Count)} is {inputs[i]}.\nSet the attack's Low and High to the range of the data.");
    }
}
