using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Turns the nodes of a recording into steps. Neighbouring pointwise nodes of one shape become one program where that
/// makes no cycle and stays within the program's operands; a program that alone uses a matrix product runs in the end of
/// that product, and so with convolutions and batch normalisations. Switched off, every pointwise node is a program of its own.
/// </summary>
internal sealed class FusionPass
{
    private readonly List<Node> nodes;
    private readonly Dictionary<Node, Unit> units = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, List<Node>> consumers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Tensor> kept;

    private FusionPass(List<Node> nodes, HashSet<Tensor> kept)
    {
        this.nodes = nodes;
        this.kept = kept;
        for (var i = 0; i < nodes.Count; i++)
        {
            units[nodes[i]] = new Unit(nodes[i], i);
            foreach (var input in OperandsOf(nodes[i]))
            {
                if (!consumers.TryGetValue(input, out var list))
                    consumers[input] = list = [];
                list.Add(nodes[i]);
            }
        }
    }

    /// <summary>The steps in the order in which they run; effects come last.</summary>
    /// <param name="outputs">What the function returns.</param>
    /// <param name="effects">What it changes.</param>
    /// <param name="fuse">Whether pointwise nodes are joined.</param>
    public static List<Step> Run(IReadOnlyList<Tensor> outputs, IReadOnlyList<Effect> effects, bool fuse)
    {
        var roots = outputs.Concat(effects.SelectMany(effect => effect.Reads)).ToArray();
        var pass = new FusionPass(TopologicalOrder.Of(roots), new(roots, ReferenceEqualityComparer.Instance));
        if (fuse)
            pass.Join();
        var steps = pass.InOrder(roots).Select(pass.StepOf).OfType<Step>().ToList();
        if (fuse)
            pass.EndProducts(steps);
        // A guard may stop the run before anything changes. Assignments copy values that were computed from the old parameters, so
        // they come before in-place updates.
        steps.AddRange(effects.OrderBy(effect => effect is LossGuard ? 0 : effect is Assignment ? 1 : 2).Select(effect => new EffectStep(effect)));
        return steps;
    }

    private static IReadOnlyList<Tensor> OperandsOf(Node node) => node.Operation.Operands(node);

    private void Join()
    {
        foreach (var node in nodes)
            if (node.Operation is PointwiseOperation { JoinsConsumer: false })
                foreach (var input in OperandsOf(node))
                    if (input is Node { Operation: PointwiseOperation } other && other.Shape == node.Shape)
                        TryJoin(units[node], units[other]);
    }

    private void TryJoin(Unit a, Unit b)
    {
        if (a == b)
            return;
        var members = a.Members.Concat(b.Members).OrderBy(member => member.Index).ToArray();
        var inside = new HashSet<Tensor>(members.Select(member => member.Node), ReferenceEqualityComparer.Instance);
        var leaves = Leaves(members, inside);
        if (leaves.Count + members.Count(member => IsOutput(member.Node, inside)) > PointwiseProgram.MostOperands
            || Broadcasting.Of(a.Members[0].Node.Shape, [.. leaves.Select(leaf => leaf.Shape)]) is null)
            return;
        var first = Math.Min(a.First, b.First);
        foreach (var leaf in leaves)
            if (leaf is Node node && Reaches(units[node], a, b, first))
                return;
        a.Members = [.. members];
        foreach (var member in b.Members)
            units[member.Node] = a;
    }

    private static List<Tensor> Leaves(IEnumerable<Member> members, HashSet<Tensor> inside)
    {
        var leaves = new List<Tensor>();
        foreach (var (node, _) in members)
            foreach (var input in OperandsOf(node))
                if (input is not Constant && !inside.Contains(input) && !leaves.Contains(input))
                    leaves.Add(input);
        return leaves;
    }

    private bool IsOutput(Node node, HashSet<Tensor> inside) =>
        kept.Contains(node) || consumers.TryGetValue(node, out var users) && users.Exists(user => !inside.Contains(user));

    /// <summary>Whether a unit depends on one of two others; a unit that ends before both begin cannot.</summary>
    private bool Reaches(Unit from, Unit a, Unit b, int first)
    {
        var open = new Stack<Unit>([from]);
        var seen = new HashSet<Unit> { from };
        while (open.TryPop(out var unit))
        {
            if (unit == a || unit == b)
                return true;
            if (unit.Last < first)
                continue;
            foreach (var (node, _) in unit.Members)
                foreach (var input in OperandsOf(node))
                    if (input is Node other && seen.Add(units[other]))
                        open.Push(units[other]);
        }
        return false;
    }

    private List<Unit> InOrder(IEnumerable<Tensor> roots)
    {
        var order = new List<Unit>();
        var seen = new HashSet<Unit>();
        var open = new Stack<(Unit Unit, IEnumerator<Unit> Needs)>();
        void Enter(Unit unit)
        {
            if (seen.Add(unit))
                open.Push((unit, Needs(unit).GetEnumerator()));
        }
        foreach (var root in roots.OfType<Node>())
        {
            Enter(units[root]);
            while (open.TryPeek(out var top))
                if (top.Needs.MoveNext())
                    Enter(top.Needs.Current);
                else
                    order.Add(open.Pop().Unit);
        }
        return order;
    }

    private IEnumerable<Unit> Needs(Unit unit) =>
        from member in unit.Members
        from input in OperandsOf(member.Node)
        where input is Node
        let other = units[(Node)input]
        where other != unit
        select other;

    private Step? StepOf(Unit unit) => unit.Members[0].Node.Operation switch
    {
        PointwiseOperation => Program(unit),
        KernelOperation => new KernelStep(unit.Members[0].Node),
        _ => null,
    };

    private ProgramStep Program(Unit unit)
    {
        var inside = new HashSet<Tensor>(unit.Members.Select(member => member.Node), ReferenceEqualityComparer.Instance);
        var leaves = Leaves(unit.Members, inside);
        var constants = unit.Members.SelectMany(member => OperandsOf(member.Node)).OfType<Constant>().Select(constant => constant.Value).Distinct().ToArray();
        var numbers = new Dictionary<Tensor, int>(ReferenceEqualityComparer.Instance);
        foreach (var leaf in leaves)
            numbers[leaf] = numbers.Count;
        foreach (var (node, _) in unit.Members)
            numbers[node] = numbers.Count + constants.Length;
        int Number(Tensor tensor) => tensor is Constant constant ? leaves.Count + Array.IndexOf(constants, constant.Value) : numbers[tensor];
        var lines = unit.Members.Select(member => Line((PointwiseOperation)member.Node.Operation, [.. OperandsOf(member.Node).Select(Number)])).ToArray();
        var outputs = unit.Members.Select(member => member.Node).Where(node => IsOutput(node, inside)).ToArray();
        var pattern = Broadcasting.Of(unit.Members[0].Node.Shape, [.. leaves.Select(leaf => leaf.Shape)])!;
        var program = new PointwiseProgram(pattern.Leaves, constants.Length, lines, [.. outputs.Select(Number)]);
        return new ProgramStep(program, [.. leaves], constants, outputs, pattern);
    }

    private static PointwiseLine Line(PointwiseOperation operation, int[] arguments) => new(operation.Function, operation.Part, arguments);

    /// <summary>Lets programs run in the end of the kernel whose output they alone use.</summary>
    private void EndProducts(List<Step> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i] is not ProgramStep program)
                continue;
            var at = steps.FindLastIndex(i, step => step is KernelStep { Operation: IEndedOperation } kernel
                && program.Reads.Contains(kernel.Writes[0]) && CanEnd(kernel.Writes[0], program));
            if (at < 0 || RowProgram(program, ((IEndedOperation)steps[at].Writes[0].Operation).RowAxes(steps[at].Writes[0].Shape)) is not { } rows)
                continue;
            steps[i] = new EndedStep(steps[at].Writes[0], rows);
            steps.RemoveAt(at);
            i--;
        }
    }

    private bool CanEnd(Node product, ProgramStep program) =>
        product.Shape == program.Writes[0].Shape
        && !kept.Contains(product)
        && consumers[product].TrueForAll(user => units[user] == units[program.Writes[0]]);

    /// <summary>The same program over rows of so many axes.</summary>
    private static ProgramStep? RowProgram(ProgramStep step, int axes)
    {
        var pattern = Broadcasting.OfRows(step.Writes[0].Shape, axes, [.. step.Reads.Select(leaf => leaf.Shape)]);
        return pattern is null ? null : new ProgramStep(
            new PointwiseProgram(pattern.Leaves, step.Program.Constants, step.Program.Lines, step.Program.Outputs), [.. step.Reads], step.Constants, [.. step.Writes], pattern);
    }

    private readonly record struct Member(Node Node, int Index);

    private sealed class Unit(Node node, int index)
    {
        public Member[] Members { get; set; } = [new(node, index)];

        public int First => Members[0].Index;

        public int Last => Members[^1].Index;
    }
}
