namespace GpuNN;

/// <summary>One layer of units that runs over a sequence in one direction; steps on the outermost axis. The parts of a <see cref="RecurrentLayer"/>.</summary>
public abstract class RecurrentRun : Layer
{
    /// <summary>A run of so many units.</summary>
    private protected RecurrentRun(int inputs, int units, int states, bool backwards) => (Inputs, Units, States, Backwards) = (inputs, units, states, backwards);

    /// <summary>Features of a step.</summary>
    public int Inputs { get; }

    /// <summary>Units.</summary>
    public int Units { get; }

    /// <summary>Tensors of a state: 1 for h, 2 for h and c.</summary>
    public int States { get; }

    /// <summary>Whether it runs from the last step to the first.</summary>
    public bool Backwards { get; }

    /// <summary>W (inputs, gates * units), the gates side by side.</summary>
    public abstract Parameter Weight { get; }

    /// <summary>U (units, gates * units).</summary>
    public abstract Parameter Recurrent { get; }

    /// <summary>b (gates, units).</summary>
    public abstract Parameter Bias { get; }

    /// <summary>Further learned numbers (extras, units), or null: peepholes, a recurrent bias.</summary>
    public abstract Parameter? Extra { get; }

    /// <summary>The outputs of all steps (steps, batch, units), then the state after the last one that runs.</summary>
    /// <param name="x">Sequences (steps, batch, inputs).</param>
    /// <param name="states">The state before the first step, each (batch, units).</param>
    /// <param name="lengths">Steps of each sequence (batch), integers; null where all are whole.</param>
    public abstract (Tensor Steps, Tensor[] Last) Run(Tensor x, Tensor[] states, Tensor? lengths);

    /// <summary>Outputs of all steps, from a state of zeros.</summary>
    public sealed override Tensor Forward(Tensor x) =>
        Run(x, [.. Enumerable.Range(0, States).Select(_ => ((Tensor)0f).BroadcastTo([x.Shape[1], Units]))], null).Steps;

    /// <inheritdoc/>
    public override string ToString() => $"{Inputs} -> {Units}{(Backwards ? " backwards" : "")}";
}
