using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Gives every computed tensor a place: tensors that are not alive at the same time share memory, a program writes over
/// an operand that dies in it, the parts of a packed tensor are written where they belong, and returned tensors live
/// outside the arena.
/// </summary>
internal sealed class MemoryPlan
{
    private readonly Dictionary<Node, Storage> storages = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Step, Storage> workspaces = new(ReferenceEqualityComparer.Instance);
    private readonly bool inPlace;

    /// <summary>Plans the memory of these steps.</summary>
    /// <param name="steps">In the order in which they run.</param>
    /// <param name="outputs">Nodes whose storage outlives the run.</param>
    /// <param name="workspace">Scratch elements a step needs.</param>
    /// <param name="inPlace">Whether a program may write over its operands.</param>
    public MemoryPlan(IReadOnlyList<Step> steps, IEnumerable<Node> outputs, Func<Step, long> workspace, bool inPlace)
    {
        this.inPlace = inPlace;
        Create(steps, new(outputs, ReferenceEqualityComparer.Instance));
        foreach (var step in steps)
            if (step is KernelStep { Operation: Operations.Pack } pack)
                PlaceParts(pack.Writes[0]);
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i] is ProgramStep program && inPlace)
                WriteOver(program, i);
            var scratch = workspace(steps[i]);
            if (scratch > 0)
                workspaces[steps[i]] = new Storage(scratch, StorageKind.Arena, i);
        }
        ArenaElements = Place(StorageKind.Arena, (a, b) => a.Overlaps(b));
        OutputElements = Place(StorageKind.Output, (_, _) => true);
        LeastElements = Enumerable.Range(0, steps.Count)
            .Select(i => Distinct(StorageKind.Arena).Where(storage => storage.First <= i && i <= storage.Last).Sum(storage => storage.Elements))
            .DefaultIfEmpty(0).Max();
    }

    /// <summary>Elements of the arena.</summary>
    public long ArenaElements { get; }

    /// <summary>Elements of the function's own block.</summary>
    public long OutputElements { get; }

    /// <summary>The most elements alive at one step: no plan needs less.</summary>
    public long LeastElements { get; }

    /// <summary>The storage of a computed tensor, seen through reshapes.</summary>
    public Storage Of(Node node) => storages[(Node)Root(node)];

    /// <summary>The scratch storage of a step, if it has any.</summary>
    public Storage? Workspace(Step step) => workspaces.GetValueOrDefault(step);

    /// <summary>The tensor whose memory this one shows: itself, unless it is a reshape or the like.</summary>
    public static Tensor Root(Tensor tensor)
    {
        while (tensor is Node { Operation: AliasOperation } alias)
            tensor = alias.Inputs[0];
        return tensor;
    }

    /// <summary>Where in that tensor's memory this one begins.</summary>
    public static long Offset(Tensor tensor)
    {
        long offset = 0;
        for (; tensor is Node { Operation: AliasOperation alias } node; tensor = node.Inputs[0])
            offset += alias.Offset;
        return offset;
    }

    private void Create(IReadOnlyList<Step> steps, HashSet<Node> outputs)
    {
        var kept = new HashSet<Tensor>(outputs.Select(Root), ReferenceEqualityComparer.Instance);
        for (var i = 0; i < steps.Count; i++)
        {
            foreach (var node in steps[i].Writes)
                storages[node] = new Storage(node.Shape.Elements, kept.Contains(node) ? StorageKind.Output : StorageKind.Arena, i);
            foreach (var read in steps[i].Reads)
                if (Root(read) is Node node)
                    storages[node].Last = i;
        }
    }

    /// <summary>Lets the parts of a packed tensor be written in place, where nothing else decides where they live.</summary>
    private void PlaceParts(Node packed)
    {
        var whole = storages[packed];
        long offset = 0;
        foreach (var part in packed.Inputs)
        {
            if (Root(part) is Node node && storages[node] is { Kind: StorageKind.Arena } storage
                && storage.Elements == ParameterStore.Room(part.Shape.Elements) && Offset(part) == 0)
            {
                (storage.Kind, storage.Within, storage.Offset) = (StorageKind.Packed, whole, offset);
                whole.First = Math.Min(whole.First, storage.First);
                whole.Last = Math.Max(whole.Last, storage.Last);
            }
            offset += ParameterStore.Room(part.Shape.Elements);
        }
    }

    private void WriteOver(ProgramStep step, int now)
    {
        var taken = new HashSet<Storage>();
        foreach (var output in step.Writes)
        {
            var own = storages[output];
            if (own.Kind != StorageKind.Arena)
                continue;
            for (var i = 0; i < step.Reads.Count; i++)
            {
                if (step.Pattern.Leaves[i] != LeafKind.Full || Root(step.Reads[i]) is not Node node
                    || storages[node] is not { Kind: StorageKind.Arena } dying || dying.Last != now
                    || dying.Elements != own.Elements || !ReadInOrder(step, node) || !taken.Add(dying))
                    continue;
                dying.Last = Math.Max(dying.Last, own.Last);
                storages[output] = dying;
                break;
            }
        }
    }

    // Seen through a reshape or a part as well, the same numbers may still be needed where others are already written.
    private static bool ReadInOrder(ProgramStep step, Node node)
    {
        for (var i = 0; i < step.Reads.Count; i++)
            if (Root(step.Reads[i]) == node && (step.Pattern.Leaves[i] != LeafKind.Full || Offset(step.Reads[i]) != 0))
                return false;
        return true;
    }

    private IEnumerable<Storage> Distinct(StorageKind kind) =>
        storages.Values.Concat(workspaces.Values).Where(storage => storage.Kind == kind).Distinct();

    /// <summary>Greedy by size: the largest first, each at the lowest place where nothing that lives with it lies.</summary>
    private long Place(StorageKind kind, Func<Storage, Storage, bool> together)
    {
        var placed = new List<Storage>();
        long end = 0;
        foreach (var storage in Distinct(kind).OrderByDescending(storage => storage.Elements).ThenBy(storage => storage.First))
        {
            long offset = 0;
            foreach (var other in placed)
            {
                if (!together(storage, other))
                    continue;
                if (other.Offset >= offset + storage.Elements)
                    break;
                offset = Math.Max(offset, other.Offset + other.Elements);
            }
            storage.Offset = offset;
            var at = placed.FindIndex(other => other.Offset > offset);
            placed.Insert(at < 0 ? placed.Count : at, storage);
            end = Math.Max(end, offset + storage.Elements);
        }
        return end;
    }
}
