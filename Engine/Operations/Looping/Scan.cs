using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// A loop over the steps of sequences: (state[t + 1], output[t]) = body(state[t], item[t]), or from the last step to the first. The
/// body is compiled once and replayed.
/// Shapes: operands are the initial states, sequences (steps, item...), and what the body reads besides; the outputs are the final
/// states and the outputs of the steps (steps, output...).
/// Gradient: another scan, in the other direction, that takes the states of this one as a sequence.
/// Source: Werbos (1990), "Backpropagation through time: what it does and how to do it".
/// </summary>
public sealed record Scan : PackedOperation
{
    internal Scan(ScanBody body, int steps, bool reverse, ScanMemory memory)
    {
        Body = body;
        Steps = steps;
        Reverse = reverse;
        Memory = memory;
        Layout = new ScanLayout(body, steps, reverse);
    }

    /// <summary>Number of steps.</summary>
    public int Steps { get; }

    /// <summary>Whether it runs from the last step to the first.</summary>
    public bool Reverse { get; }

    /// <summary>What it keeps for the backward pass.</summary>
    public ScanMemory Memory { get; }

    internal ScanBody Body { get; }

    internal ScanLayout Layout { get; }

    /// <inheritdoc/>
    public override void CheckKinds(ReadOnlySpan<Tensor> x) { }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Operands(Node node) => Array.ConvertAll(Body.Operands, operand => node.Inputs[operand]);

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) => [checked((int)Layout.Elements)];

    /// <inheritdoc/>
    public override Part[] Parts(ReadOnlySpan<Shape> x) => Layout.Parts();

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor?[] dy, bool[] wanted) => Steps == 0
        ? [.. wanted.Select((_, operand) => operand < Body.States.Length ? dy[operand] : null)]
        : new ScanGradient(this, [.. dy.Select(gradient => gradient is not null)], wanted).Of(node, dy);

    /// <inheritdoc/>
    public override long Workspace(Route route, Operands at) => ScheduleFor(route, at.Site).Memory.ArenaElements;

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) => ((ScanLoop)(at.Prepared ??= new ScanLoop(this, at, route))).Play(route);

    /// <summary>The same loop with more outputs.</summary>
    internal Scan With(IReadOnlyList<Tensor> outputs) => outputs.Count == 0 ? this : new Scan(Body.With(outputs), Steps, Reverse, Memory);

    /// <summary>The same loop with what its gradient will need of each step as outputs.</summary>
    internal Scan KeepingForGradient()
    {
        var gradient = new ScanGradient(this, [.. Body.States.Concat(Body.Outputs).Select(_ => true)], [.. Body.Slots.Select(slot => slot.Kind == ElementKind.Float)]);
        return With(gradient.Missing());
    }

    internal ScanSchedule ScheduleFor(Route route, Site site) =>
        Body.Schedule is { } known && known.Site == site ? known : Body.Schedule = new ScanSchedule(Body, route, site);
}
