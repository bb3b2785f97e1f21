namespace GpuNN;

/// <summary>
/// Sequence to sequence: an encoder reads the source, and its last state is the code that the decoder starts from; the decoder writes token
/// by token: logits = h_t W + b. With attention each step also sees a mixture of the encoder's steps: logits = [h_t, sum_j a_tj k_j] W + b.
/// Shapes: source tokens (batch, source steps), target labels (batch, target steps), logits (batch, target steps, target tokens).
/// Sources: Cho et al. (2014); Sutskever, Vinyals and Le (2014), "Sequence to sequence learning with neural networks"; see
/// <see cref="DecoderAttention"/>. Learns by: back-propagation, with <see cref="TeacherForcing"/>. Recipes: reversal, dates, addition, translate.
/// </summary>
public sealed class SequenceToSequence : Layer, ITaught
{
    private const int Reach = 3;

    private readonly Embedding sourceTable;
    private readonly Embedding targetTable;
    private readonly Lstm encoder;
    private readonly Lstm decoder;
    private readonly DotAttention? general;
    private readonly AdditiveAttention? additive;
    private readonly Dense output;

    /// <summary>A model.</summary>
    /// <param name="sourceTokens">Size of the source's vocabulary.</param>
    /// <param name="targetTokens">Size of the target's vocabulary.</param>
    /// <param name="width">Numbers of an embedded token.</param>
    /// <param name="units">Units of the decoder, and of the encoder in each direction.</param>
    /// <param name="targetSteps">Steps that it writes when it runs freely.</param>
    /// <param name="attention">Whether each step of the decoder sees all steps of the encoder, and how.</param>
    /// <param name="reads">From where to where the source is read.</param>
    public SequenceToSequence(
        int sourceTokens, int targetTokens, int width, int units, int targetSteps, DecoderAttention attention = DecoderAttention.None, ReadingOrder reads = ReadingOrder.Forwards)
    {
        if (targetSteps < 1)
            throw new ArgumentOutOfRangeException(nameof(targetSteps), $"SequenceToSequence: needs to write at least one step, but got {targetSteps}.\nPass the steps of the labels, such as DataSet.LabelShape[0].");
        TargetSteps = targetSteps;
        sourceTable = Use("source", new Embedding(sourceTokens, width));
        targetTable = Use("target", new Embedding(targetTokens, width));
        encoder = Use("encoder", new Lstm(width, units, bidirectional: reads == ReadingOrder.Both, backwards: reads == ReadingOrder.Backwards));
        var mixture = attention == DecoderAttention.None ? 0 : encoder.Outputs;
        decoder = Use("decoder", new Lstm(attention is DecoderAttention.Additive or DecoderAttention.Location ? width + mixture : width, units));
        if (attention == DecoderAttention.General)
            general = Use("attention", DotAttention.General(units, mixture));
        if (attention is DecoderAttention.Additive or DecoderAttention.Location)
            additive = Use("attention", new AdditiveAttention(units, mixture, units, attention == DecoderAttention.Location ? Reach : 0));
        output = Use("output", new Dense(units + mixture, targetTokens));
    }

    /// <summary>Steps that it writes when it runs freely.</summary>
    public int TargetSteps { get; }

    /// <summary>Size of the target's vocabulary.</summary>
    public int TargetTokens => targetTable.Vocabulary;

    /// <summary>Whether its decoder sees the steps of the encoder, and not only the code.</summary>
    public bool Attends => general is not null || additive is not null;

    /// <summary>Numbers of a step of the encoder.</summary>
    public int MemoryWidth => encoder.Outputs;

    /// <summary>Numbers of a text's state: the decoder's and, with <see cref="DecoderAttention.Location"/>, where it looked last.</summary>
    /// <param name="sourceSteps">Steps of its source, padding included.</param>
    public int StateSize(int sourceSteps) => decoder.StateSize + PlacesOf(sourceSteps);

    /// <summary>Steps of a source, padding included, whose text has a state, its source's length and the encoder's steps in so many numbers.</summary>
    internal int SourceSteps(int numbers) => (numbers - decoder.StateSize - 1) / (MemoryWidth + PlacesOf(1));

    /// <summary>What the decoder knows of a source: the encoder's steps, their number, and the state behind the one that it reads last.</summary>
    public Encoded Encode(Tensor source)
    {
        var (batch, steps) = (source.Shape[0], source.Shape[1]);
        // the first padding is as many steps in as the source is long; a 1 behind the end stands for it where there is none
        var lengths = source.OneHot(Vocabulary.Pad + 1).Reshape([batch, steps]).Pad(1, 0, 1, value: 1).ArgMax();
        var (outputs, last) = encoder.Run(sourceTable.Apply(source), lengths: lengths);
        // of two directions the second, which ends at the first token
        var state = last.Tensors.TakeLast(decoder.Runs[0].States);
        if (LooksAround)
            state = state.Append(((Tensor)0f).BroadcastTo([batch, steps]));
        return new Encoded(outputs, lengths, new RecurrentState([.. state]));
    }

    /// <inheritdoc/>
    public Tensor Teach(Tensor input, Tensor target, float share)
    {
        var code = Encode(input);
        var (batch, steps) = (target.Shape[0], target.Shape[1]);
        var embedded = targetTable.Apply(target);
        var right = steps == 1 ? Started(batch) : Slicing.Concatenate(1, Started(batch), embedded.Slice(1, 0, steps - 1));
        return share >= 1 && additive is null
            ? Write(code, right, code.State).Logits
            : Unrolled(code, steps, (step, own) => step == 0 ? own : share >= 1 ? right.Slice(1, step, 1) : Mixed(right.Slice(1, step, 1), own, share)).Logits;
    }

    /// <summary>Logits of every step, each given the most probable tokens that it wrote itself before.</summary>
    public override Tensor Forward(Tensor x) => Unrolled(Encode(x), TargetSteps, (_, own) => own).Logits;

    /// <summary>Where it looks while it runs freely, for pictures (batch, steps, source steps): each row sums to 1.</summary>
    /// <param name="source">The source.</param>
    /// <param name="steps">Steps that it writes.</param>
    /// <exception cref="InvalidOperationException">It has no attention.</exception>
    public Tensor Alignment(Tensor source, int steps) => Unrolled(Encode(source), steps, (_, own) => own).Weights
        ?? throw new InvalidOperationException($"{this}: looks at no steps of its source, because it has no attention.\nMake it with DecoderAttention.General or Additive.");

    /// <summary>One step of writing: logits (batch, 1, target tokens) and the state behind it.</summary>
    /// <param name="code">What the decoder knows of the source; without attention it is the state alone, and this may be null.</param>
    /// <param name="tokens">The last token of each text (batch, 1).</param>
    /// <param name="state">The state before it; at first that of the code.</param>
    public (Tensor Logits, RecurrentState State) Step(Encoded? code, Tensor tokens, RecurrentState state)
    {
        var written = Write(code, targetTable.Apply(tokens), state);
        return (written.Logits, written.State);
    }

    /// <summary>The state of the texts from one tensor (batch, <see cref="StateSize"/>).</summary>
    public RecurrentState Unpacked(Tensor packed)
    {
        var state = decoder.Unpacked(packed);
        return LooksAround ? new RecurrentState([.. state.Tensors, packed.Slice(1, decoder.StateSize, packed.Shape[1] - decoder.StateSize)]) : state;
    }

    // whether it knows where it looked last, which is then the last tensor of a state
    private bool LooksAround => additive is { Reach: > 0 };

    private int PlacesOf(int sourceSteps) => LooksAround ? sourceSteps : 0;

    // any number of steps; with additive attention, which looks before each, one
    private Written Write(Encoded? code, Tensor embedded, RecurrentState state)
    {
        var own = LooksAround ? new RecurrentState([.. state.Tensors.SkipLast(1)]) : state;
        var asked = additive is null ? (Attended?)null
            : additive.Attend(decoder.LastOf(own).Reshape([embedded.Shape[0], 1, decoder.Units]), code!.Steps, code.Lengths, LooksAround ? state.Tensors[^1] : null);
        var (steps, last) = decoder.Run(asked is { } before ? Slicing.Concatenate(2, embedded, before.Context) : embedded, own);
        if (LooksAround)
            last = new RecurrentState([.. last.Tensors, asked!.Value.Weights.Reshape(state.Tensors[^1].Shape)]);
        if (general is not null)
            asked = general.Attend(steps, code!.Steps, code.Lengths);
        return new(output.Apply(asked is { } seen ? Slicing.Concatenate(2, steps, seen.Context) : steps), last, asked?.Weights);
    }

    private (Tensor Logits, Tensor? Weights) Unrolled(Encoded code, int steps, Func<int, Tensor, Tensor> input)
    {
        var (embedded, state) = (Started(code.Lengths.Shape[0]), code.State);
        var (logits, weights) = (new Tensor[steps], new Tensor?[steps]);
        for (var step = 0; step < steps; step++)
        {
            (logits[step], state, weights[step]) = Write(code, input(step, embedded), state);
            embedded = targetTable.Apply(logits[step].ArgMax());
        }
        return (Slicing.Concatenate(1, logits), Attends ? Slicing.Concatenate(1, weights!) : null);
    }

    // scheduled sampling: the right token with probability share, else its own. Source: Bengio et al. (2015)
    private static Tensor Mixed(Tensor right, Tensor own, float share)
    {
        var taught = Graph.Current.Mask([own.Shape[0], 1, 1], share);
        return taught * right + (1 - taught) * own;
    }

    private Tensor Started(int batch) => targetTable.Table.Slice(0, Vocabulary.Start, 1).Reshape([1, 1, targetTable.Width]).BroadcastTo([batch, 1, targetTable.Width]);

    /// <inheritdoc/>
    public override string ToString() => $"SequenceToSequence({encoder}, {decoder}{(((Layer?)general ?? additive) is { } attention ? $", {attention}" : "")})";

    private readonly record struct Written(Tensor Logits, RecurrentState State, Tensor? Weights);
}

/// <summary>What a decoder knows of a source.</summary>
/// <param name="Steps">The encoder's outputs (batch, steps, units), twice the units where it reads in both directions.</param>
/// <param name="Lengths">Steps of each source (batch), integers.</param>
/// <param name="State">The state that the decoder starts from; with <see cref="DecoderAttention.Location"/> its last tensor says where it looked last: nowhere.</param>
public sealed record Encoded(Tensor Steps, Tensor Lengths, RecurrentState State);
