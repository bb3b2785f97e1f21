using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// A loop of a schedule: its body is bound once and replayed, each time with its moving operands one step further. So a
/// sequence of a thousand steps is one entry, not a thousand copies of the body.
/// </summary>
internal sealed class ScanLoop
{
    private readonly int steps;
    private readonly bool reverse;
    private readonly View[] sources;
    private readonly Site site;
    private readonly ScanSchedule schedule;
    private readonly Dictionary<Tensor, Place> places = new(ReferenceEqualityComparer.Instance);
    private readonly int scratch;
    private readonly Place[] initial;
    private readonly Turn[] body;

    /// <summary>Binds a loop.</summary>
    /// <param name="scan">What it computes.</param>
    /// <param name="at">Its memory, which a loop around it may move.</param>
    /// <param name="route">The device.</param>
    public ScanLoop(Operations.Scan scan, Operands at, Route route)
    {
        steps = scan.Steps;
        reverse = scan.Reverse;
        sources = at.Views;
        site = at.Site;
        scratch = at.Length + 1;
        schedule = scan.ScheduleFor(route, site);
        initial = Settle(scan.Body, scan.Layout);
        body = steps > 0 ? Bind(route) : [];
    }

    /// <summary>Queues all steps. Allocates nothing.</summary>
    public void Play(Route route)
    {
        for (var i = 0; i < initial.Length; i++)
            if (initial[i].Length > 0)
                route.Copy(sources[i], initial[i].In(sources));
        // A loop around this one may have moved what does not move in here.
        foreach (var turn in body)
            turn.Hold(sources);
        for (var turn = 0; turn < steps; turn++)
        {
            var step = reverse ? steps - 1 - turn : turn;
            for (var i = 0; i < body.Length; i++)
            {
                body[i].Play(route, sources, turn, step);
                if (site.Watch is { } watch)
                    Look(watch, schedule.Steps[i], route, turn, step);
            }
        }
    }

    private void Look(BadValueWatch watch, Step done, Route route, int turn, int step) =>
        watch.Check(done, route, tensor => PlaceOf(tensor).At(turn, step).In(sources));

    /// <summary>Gives what is read from outside and what is written there its place; returns where the states begin.</summary>
    private Place[] Settle(ScanBody body, ScanLayout layout)
    {
        var slots = body.Slots;
        for (var source = body.States.Length; source < body.Operands.Length; source++)
        {
            var operand = body.Operands[source];
            var size = slots[operand].Shape.Elements;
            places[slots[operand]] = new Place(source, 0, size, operand < body.States.Length + body.Items.Length ? size : 0);
        }
        for (var i = 0; i < body.States.Length; i++)
        {
            places[body.States[i]] = layout.Read(i);
            places[body.StoredNext[i]] = layout.Written(i);
        }
        for (var j = 0; j < body.Outputs.Length; j++)
            if (body.StoredOutputs[j] is { } stored)
                places[stored] = layout.Output(j);
        return [.. body.States.Select((_, i) => layout.Initial(i))];
    }

    private Place PlaceOf(Tensor tensor)
    {
        var root = MemoryPlan.Root(tensor);
        if (!places.TryGetValue(root, out var whole))
            whole = Scratch(schedule.Memory.Of((Node)root));
        return whole with { Start = whole.Start + MemoryPlan.Offset(tensor), Length = tensor.Shape.Elements };
    }

    private Place Scratch(Storage storage) => new(scratch, storage.Offset + (storage.Within?.Offset ?? 0), storage.Elements);

    private Turn[] Bind(Route route)
    {
        var bound = new List<Binding>();
        View[] Views(Tensor[] tensors, Step? scratchOf)
        {
            var views = new View[tensors.Length + (scratchOf is null ? 0 : 1)];
            for (var i = 0; i < tensors.Length; i++)
                bound.Add(new Binding(views, i, PlaceOf(tensors[i])));
            if (scratchOf is not null && schedule.Memory.Workspace(scratchOf) is { } storage)
                bound.Add(new Binding(views, tensors.Length, Scratch(storage)));
            // The first step's memory, so that a launch can look at it.
            foreach (var binding in bound)
                binding.Set(sources, 0, 0);
            return views;
        }
        var binder = new Binder(route, site, Views);
        return [.. schedule.Steps.Select(step =>
        {
            bound.Clear();
            var launch = binder.LaunchesOf([step])[0];
            return new Turn(launch, bound);
        })];
    }

    /// <summary>One view that a launch uses, and where it comes from.</summary>
    private readonly record struct Binding(View[] Views, int Index, Place Place)
    {
        public void Set(View[] sources, int turn, int step) => Views[Index] = Place.At(turn, step).In(sources);
    }

    /// <summary>A launch of the body with the views that stay and those that move.</summary>
    private sealed class Turn(Launch launch, IEnumerable<Binding> bound)
    {
        private readonly Binding[] still = [.. bound.Where(binding => !binding.Place.Moves)];
        private readonly Binding[] moving = [.. bound.Where(binding => binding.Place.Moves)];

        public void Hold(View[] sources)
        {
            foreach (var binding in still)
                binding.Set(sources, 0, 0);
        }

        public void Play(Route route, View[] sources, int turn, int step)
        {
            foreach (var binding in moving)
                binding.Set(sources, turn, step);
            launch.Move();
            launch.Play(route);
        }
    }
}
