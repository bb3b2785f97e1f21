namespace GpuNN;

/// <summary>
/// Sequence to sequence: an encoder reads the source, and its last state is the code that the decoder starts from; the decoder writes token
/// by token. With attention each step also sees a mixture of the encoder's steps: logits = [h_t, sum_j a_tj k_j] W + b, a by the general
/// dot form.
/// Shapes: source tokens (batch, source steps), target labels (batch, target steps), logits (batch, target steps, target tokens).
/// Sources: Cho et al. (2014); Sutskever, Vinyals and Le (2014), "Sequence to sequence learning with neural networks"; attention over
/// the outputs by Luong, Pham and Manning (2015). Learns by: back-propagation, with <see cref="TeacherForcing"/>.
/// </summary>
public sealed class SequenceToSequence : Layer, ITaught
{
    private readonly Embedding sourceTable;
    private readonly Embedding targetTable;
    private readonly Lstm encoder;
    private readonly Lstm decoder;
    private readonly DotAttention? attention;
    private readonly Dense output;

    /// <summary>A model.</summary>
    /// <param name="sourceTokens">Size of the source's vocabulary.</param>
    /// <param name="targetTokens">Size of the target's vocabulary.</param>
    /// <param name="width">Numbers of an embedded token.</param>
    /// <param name="units">Units of encoder and decoder.</param>
    /// <param name="targetSteps">Steps that it writes when it runs freely.</param>
    /// <param name="attends">Whether each step of the decoder sees all steps of the encoder.</param>
    public SequenceToSequence(int sourceTokens, int targetTokens, int width, int units, int targetSteps, bool attends = false)
    {
        if (targetSteps < 1)
            throw new ArgumentOutOfRangeException(nameof(targetSteps), $"SequenceToSequence: needs to write at least one step, but got {targetSteps}.\nPass the steps of the labels, such as DataSet.LabelShape[0].");
        TargetSteps = targetSteps;
        sourceTable = Use("source", new Embedding(sourceTokens, width));
        targetTable = Use("target", new Embedding(targetTokens, width));
        encoder = Use("encoder", new Lstm(width, units));
        decoder = Use("decoder", new Lstm(width, units));
        if (attends)
            attention = Use("attention", DotAttention.General(units, units));
        output = Use("output", new Dense(attends ? 2 * units : units, targetTokens));
    }

    /// <summary>Steps that it writes when it runs freely.</summary>
    public int TargetSteps { get; }

    /// <summary>What the decoder knows of a source: the encoder's steps, their number, and the state behind the last one.</summary>
    public Encoded Encode(Tensor source)
    {
        var (batch, steps) = (source.Shape[0], source.Shape[1]);
        // the first padding is as many steps in as the source is long; a 1 behind the end stands for it where there is none
        var lengths = source.OneHot(Vocabulary.Pad + 1).Reshape([batch, steps]).Pad(1, 0, 1, value: 1).ArgMax();
        var (outputs, last) = encoder.Run(sourceTable.Apply(source), lengths: lengths);
        return new Encoded(outputs, lengths, last);
    }

    /// <inheritdoc/>
    public Tensor Teach(Tensor input, Tensor target, float share)
    {
        var code = Encode(input);
        var (batch, steps) = (target.Shape[0], target.Shape[1]);
        var embedded = targetTable.Apply(target);
        var right = steps == 1 ? Started(batch) : Slicing.Concatenate(1, Started(batch), embedded.Slice(1, 0, steps - 1));
        return share >= 1
            ? Logits(code, decoder.Run(right, code.State).Steps)
            : Unrolled(code, steps, (step, own) => step == 0 ? own : Mixed(right.Slice(1, step, 1), own, share));
    }

    /// <summary>Logits of every step, each given the most probable tokens that it wrote itself before.</summary>
    public override Tensor Forward(Tensor x) => Unrolled(Encode(x), TargetSteps, (_, own) => own);

    /// <summary>One step of writing: logits (batch, 1, target tokens) and the state behind it.</summary>
    /// <param name="code">What the decoder knows of the source.</param>
    /// <param name="tokens">The last token of each text (batch, 1).</param>
    /// <param name="state">The state before it; at first that of the code.</param>
    public (Tensor Logits, RecurrentState State) Step(Encoded code, Tensor tokens, RecurrentState state) => StepFrom(code, targetTable.Apply(tokens), state);

    private (Tensor Logits, RecurrentState State) StepFrom(Encoded code, Tensor embedded, RecurrentState state)
    {
        var (steps, last) = decoder.Run(embedded, state);
        return (Logits(code, steps), last);
    }

    private Tensor Unrolled(Encoded code, int steps, Func<int, Tensor, Tensor> input)
    {
        var (embedded, state) = (Started(code.Lengths.Shape[0]), code.State);
        var all = new Tensor[steps];
        for (var step = 0; step < steps; step++)
        {
            (all[step], state) = StepFrom(code, input(step, embedded), state);
            embedded = targetTable.Apply(all[step].ArgMax());
        }
        return steps == 1 ? all[0] : Slicing.Concatenate(1, all);
    }

    // scheduled sampling: the right token with probability share, else its own. Source: Bengio et al. (2015)
    private static Tensor Mixed(Tensor right, Tensor own, float share)
    {
        var taught = Graph.Current.Mask([own.Shape[0], 1, 1], share);
        return taught * right + (1 - taught) * own;
    }

    private Tensor Started(int batch) => targetTable.Table.Slice(0, Vocabulary.Start, 1).Reshape([1, 1, targetTable.Width]).BroadcastTo([batch, 1, targetTable.Width]);

    /// <inheritdoc/>
    public override string ToString() => $"SequenceToSequence({encoder}, {decoder}{(attention is null ? "" : ", attention")})";

    private Tensor Logits(Encoded code, Tensor steps) =>
        output.Apply(attention is null ? steps : Slicing.Concatenate(2, steps, attention.Attend(steps, code.Steps, code.Lengths).Context));
}

/// <summary>What a decoder knows of a source.</summary>
/// <param name="Steps">The encoder's outputs (batch, steps, units).</param>
/// <param name="Lengths">Steps of each source (batch), integers.</param>
/// <param name="State">The state behind the last step of each.</param>
public sealed record Encoded(Tensor Steps, Tensor Lengths, RecurrentState State);
