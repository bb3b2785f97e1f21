using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>
/// Memory plans of random graphs, played on a picture of the arena: every tensor must still lie where it was written when it is
/// read, nothing that is written may lie over what the same launch reads, except a program's output exactly over an operand.
/// </summary>
public sealed class MemoryPlanTests
{
    [Test]
    public void Nothing_is_overwritten_before_its_last_reader([Values] bool fuse, [Values] bool inPlace)
    {
        for (var seed = 0; seed < 150; seed++)
            Play(seed, fuse, inPlace, withGradients: seed % 2 == 0);
    }

    [Test]
    public void Memory_is_shared_and_the_plan_is_near_the_least()
    {
        double planned = 0, least = 0, apart = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var (steps, outputs) = Steps(seed, fuse: true, withGradients: true);
            var plan = new MemoryPlan(steps, outputs, _ => 0, inPlace: true);
            Assert.That(plan.ArenaElements, Is.GreaterThanOrEqualTo(plan.LeastElements), $"seed {seed}");
            (planned, least) = (planned + plan.ArenaElements, least + plan.LeastElements);
            apart += steps.SelectMany(step => step.Writes).Sum(node => ParameterStore.Room(node.Shape.Elements));
        }
        Assert.That(planned / least, Is.LessThan(1.15));
        Assert.That(planned / apart, Is.LessThan(0.6));
    }

    [Test]
    public void A_chain_lives_in_one_place()
    {
        Tensor x = new Input("x", [100], ElementKind.Float);
        for (var i = 0; i < 20; i++)
            x = x.Tanh();
        var y = (Node)x.Sum();
        var plan = new MemoryPlan(FusionPass.Run([y], [], fuse: false), [y], _ => 0, inPlace: true);
        Assert.That(plan.ArenaElements, Is.EqualTo(112));
    }

    [Test]
    public void The_parts_of_a_pack_are_written_where_they_belong()
    {
        Tensor a = new Input("a", [20], ElementKind.Float), b = new Input("b", [3], ElementKind.Float);
        Node first = (Node)a.Exp(), second = (Node)b.Sum();
        var packed = Graph.Node(new Operations.Pack(), first, second, a);
        var y = Graph.Node(new Operations.Softmax(), packed);
        var plan = new MemoryPlan(FusionPass.Run([y], [], fuse: true), [y], _ => 0, inPlace: true);
        Assert.That((plan.Of(first).Within, plan.Of(first).Offset), Is.EqualTo((plan.Of(packed), 0L)));
        Assert.That((plan.Of(second).Within, plan.Of(second).Offset), Is.EqualTo((plan.Of(packed), 32L)));
    }

    private static (List<Step> Steps, Node[] Outputs) Steps(int seed, bool fuse, bool withGradients)
    {
        var drawn = new RandomGraph(seed, length: 40);
        var inputs = RandomGraph.Shapes.Select((shape, i) => (Tensor)new Input($"x{i}", shape, ElementKind.Float)).ToArray();
        var outputs = drawn.Record(inputs).Where(tensor => MemoryPlan.Root(tensor) is Node).ToList();
        if (withGradients)
        {
            var gradients = ReverseWalk.Gradients(outputs[^1].Sum() + outputs[0].Sum(), inputs, null);
            outputs = [outputs[0], Graph.Node(new Operations.Pack(), [.. gradients, gradients[0]])];
        }
        return (FusionPass.Run(outputs, [], fuse), [.. outputs.Cast<Node>()]);
    }

    private static void Play(int seed, bool fuse, bool inPlace, bool withGradients)
    {
        var (steps, outputs) = Steps(seed, fuse, withGradients);
        var random = new Random(seed);
        var scratch = steps.ToDictionary(step => step, _ => random.Next(3) == 0 ? (long)random.Next(1, 90) : 0);
        var plan = new MemoryPlan(steps, outputs, step => scratch[step], inPlace);
        var pictures = new Dictionary<StorageKind, Node?[]> { [StorageKind.Arena] = new Node?[plan.ArenaElements], [StorageKind.Output] = new Node?[plan.OutputElements] };
        foreach (var step in steps)
        {
            var reads = step.Reads.Select(MemoryPlan.Root).OfType<Node>().Where(node => step is not EndedStep ended || node != ended.Product).Distinct().ToArray();
            foreach (var node in reads)
                Assert.That(Room(node).ToArray().All(owner => Shows(owner, node)), Is.True, $"seed {seed}: {step.Name} reads {node}, which is not there any more");
            var busy = reads.Select(node => Place(plan.Of(node))).ToList();
            if (plan.Workspace(step) is { } workspace)
            {
                var place = Place(workspace);
                Assert.That(busy.Exists(other => Overlap(place, other)), Is.False, $"seed {seed}: the workspace of {step.Name} lies over an operand");
                pictures[StorageKind.Arena].AsSpan((int)place.First, (int)(place.Last - place.First)).Clear();
                busy.Add(place);
            }
            foreach (var node in step.Writes)
            {
                var place = Place(plan.Of(node));
                foreach (var other in busy)
                    Assert.That(!Overlap(place, other) || Over(step, node, place, other), Is.True, $"seed {seed}: {step.Name} writes {node} over what it needs");
            }
            foreach (var node in step.Writes)
                Room(node).Fill(node);
            foreach (var node in step.Writes)
                Assert.That(Room(node).ToArray().All(owner => owner == node), Is.True, $"seed {seed}: {step.Name} writes two results in one place");
        }
        foreach (var output in outputs.Select(output => (Node)MemoryPlan.Root(output)))
            Assert.That(Room(output).ToArray().All(owner => owner == output), Is.True, $"seed {seed}: {output} is not there at the end");

        (StorageKind Kind, long First, long Last) Place(Storage storage)
        {
            var (home, offset) = storage.Kind == StorageKind.Packed ? (storage.Within!, storage.Within!.Offset + storage.Offset) : (storage, storage.Offset);
            return (home.Kind, offset, offset + storage.Elements);
        }
        Span<Node?> Room(Node node)
        {
            var place = Place(plan.Of(node));
            return pictures[place.Kind].AsSpan((int)place.First, (int)node.Shape.Elements);
        }
        // A pack shows in the place of its parts.
        bool Shows(Node? owner, Node node) => owner == node || owner is not null && plan.Of(node) is { Kind: StorageKind.Packed } part && part.Within == plan.Of(owner);
        static bool Overlap((StorageKind Kind, long First, long Last) a, (StorageKind Kind, long First, long Last) b) =>
            a.Kind == b.Kind && a.First < b.Last && b.First < a.Last;
        bool Over(Step step, Node node, (StorageKind Kind, long First, long Last) place, (StorageKind Kind, long First, long Last) other)
        {
            if (step is KernelStep { Operation: Operations.Pack })
                return true;
            return inPlace && step is ProgramStep program && place == other && Enumerable.Range(0, program.Reads.Count)
                .Where(i => MemoryPlan.Root(program.Reads[i]) is Node read && Place(plan.Of(read)) == other)
                .All(i => program.Pattern.Leaves[i] == LeafKind.Full);
        }
    }
}
