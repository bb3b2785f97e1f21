using GpuNN.Operations;

namespace GpuNN;

/// <summary>
/// Where a scan's results lie. A state that no output shows has two places in turns, the last of which is its final value. One that
/// is shown has a place for every step and one more, so that the states before the steps and those after them are the same
/// memory, one place apart, and nothing is copied.
/// </summary>
internal sealed class ScanLayout
{
    private readonly ScanBody body;
    private readonly int steps;
    private readonly bool reverse;
    private readonly long[] states;
    private readonly long[] outputs;

    public ScanLayout(ScanBody body, int steps, bool reverse)
    {
        this.body = body;
        this.steps = steps;
        this.reverse = reverse;
        states = new long[body.States.Length];
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = Elements;
            Elements += ParameterStore.Room(body.IsStacked(i) ? (steps + 1) * Size(i) : 2 * Stride(i));
        }
        outputs = new long[body.Outputs.Length];
        for (var j = 0; j < outputs.Length; j++)
        {
            outputs[j] = Elements;
            if (body.Sharing[j] is null)
                Elements += ParameterStore.Room(steps * body.Outputs[j].Shape.Elements);
        }
    }

    /// <summary>Elements in all.</summary>
    public long Elements { get; }

    /// <summary>The final states, then the stacked outputs.</summary>
    public Part[] Parts() => [.. body.States.Select((state, i) => new Part(Int(Final(i)), state.Shape)), .. body.Outputs.Select(OutputPart)];

    /// <summary>Where a state begins, in the loop's output.</summary>
    public Place Initial(int state) => Read(state).At(turn: 0, step: reverse ? steps - 1 : 0);

    /// <summary>The state before a step.</summary>
    public Place Read(int state) => body.IsStacked(state)
        ? new(Source, states[state] + (reverse ? Size(state) : 0), Size(state), Size(state))
        : new(Source, states[state], Size(state), Stride(state), steps + 1);

    /// <summary>The state after a step.</summary>
    public Place Written(int state) => body.IsStacked(state)
        ? new(Source, states[state] + (reverse ? 0 : Size(state)), Size(state), Size(state))
        : new(Source, states[state], Size(state), Stride(state), steps);

    /// <summary>An output's item of a step.</summary>
    public Place Output(int output)
    {
        var size = body.Outputs[output].Shape.Elements;
        return new(Source, outputs[output], size, size);
    }

    private int Source => body.Operands.Length;

    private long Size(int state) => body.States[state].Shape.Elements;

    private long Stride(int state) => ParameterStore.Room(Size(state));

    private long Final(int state) => Written(state).At(turn: steps - 1, step: reverse ? 0 : steps - 1).Start;

    private Part OutputPart(Tensor output, int j) => new(
        Int(body.Sharing[j] is (var state, var after) ? (after ? Written(state) : Read(state)).Start : outputs[j]), output.Shape.Prepend(steps));

    private static int Int(long start) => checked((int)start);
}
