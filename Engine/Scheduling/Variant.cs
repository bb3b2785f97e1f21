using System.Diagnostics;
using GpuNN.Kernels;

namespace GpuNN;

/// <summary>A function compiled for feeds of one shape: its steps, its memory, its schedule.</summary>
internal sealed class Variant : IDisposable
{
    private readonly Function function;
    private readonly Graph graph;
    private readonly List<Step> steps;
    private readonly MemoryPlan memory;
    private readonly Parameter[] parameters;
    private readonly Effect[] effects;
    private readonly (long Elements, Shape? Shape, ElementKind Kind)[] fed;
    private readonly Dictionary<Tensor, View> inputs = new(ReferenceEqualityComparer.Instance);
    private readonly bool countsSteps;
    private readonly Block? own;
    private readonly BadValueWatch watch;
    private readonly Site site;
    private readonly StepReplay replay;
    private Launch[] schedule = [];
    private View[] boundParameters;
    private int boundArena = -1;
    private bool hasFeeds;

    public Variant(Function function, Graph graph, Tensor[] outputs, Checks mode, ReadOnlySpan<Feed> feeds)
    {
        this.function = function;
        this.graph = graph;
        Mode = mode;
        fed = new (long, Shape?, ElementKind)[feeds.Length];
        for (var i = 0; i < fed.Length; i++)
            fed[i] = (feeds[i].Length, feeds[i].Shape, feeds[i].Kind);
        var results = Array.ConvertAll(outputs, Computed);
        effects = [.. graph.Effects];
        var careful = (mode & Checks.FirstBadValue) != 0;
        watch = new BadValueWatch(function);
        site = new Site(Device.Constants, mode, careful ? watch : null);
        steps = FusionPass.Run(results, graph.Effects, site.Fuses);
        memory = new MemoryPlan(steps, results.Cast<Node>(), step => Binder.WorkspaceOf(step, Route, site), site.InPlace);
        var tensors = steps.SelectMany(step => step.Reads).Select(MemoryPlan.Root).Distinct(ReferenceEqualityComparer.Instance).ToArray();
        parameters = [.. tensors.OfType<Parameter>()];
        boundParameters = new View[parameters.Length];
        countsSteps = tensors.Contains(graph.Step);
        own = Reserve();
        Results = new Results([.. results.Select((tensor, i) => new Result(Route, ViewOf(tensor), own!, outputs[i]))]);
        Plan = MakePlan();
        replay = new StepReplay(function, Plan);
    }

    public Checks Mode { get; }

    /// <summary>Whether its schedule advances the counter of the random streams.</summary>
    public bool CountsSteps => countsSteps;

    public Results Results { get; }

    public Plan Plan { get; }

    private Device Device => function.Device;

    private Route Route => Device.Route;

    /// <summary>Whether what its optimisers may change is as trainable, and the layers have the parts, as when it was recorded.</summary>
    public bool IsCurrent
    {
        get
        {
            foreach (var (parameter, trainable) in graph.Asked)
                if (parameter.Trainable != trainable)
                    return false;
            foreach (var (layer, replacements) in graph.Layers)
                if (layer.Replacements != replacements)
                    return false;
            return true;
        }
    }

    /// <summary>Whether it was compiled for feeds of these shapes and kinds.</summary>
    public bool Fits(ReadOnlySpan<Feed> feeds)
    {
        if (feeds.Length != fed.Length)
            return false;
        for (var i = 0; i < feeds.Length; i++)
            if (feeds[i].Length != fed[i].Elements || feeds[i].Shape != fed[i].Shape || feeds[i].Kind != fed[i].Kind)
                return false;
        return true;
    }

    /// <summary>Copies the feeds to the device.</summary>
    public void Feed(ReadOnlySpan<Feed> feeds)
    {
        if (feeds.Length == 0 && hasFeeds)
            return;
        hasFeeds = false;
        for (var i = 0; i < graph.Inputs.Count; i++)
            Copy(Match(feeds, i), graph.Inputs[i]);
        hasFeeds = true;
    }

    private Feed Match(ReadOnlySpan<Feed> feeds, int position)
    {
        var input = graph.Inputs[position];
        foreach (ref readonly var feed in feeds)
            if (feed.Name == input.Feed)
                return feed;
        return position < feeds.Length && feeds[position].Name is null ? feeds[position] : throw new ArgumentException(
            $"{function.Name}: input '{input.Feed}' {input.Shape} got no feed; {feeds.Length} came for {graph.Inputs.Count} inputs.\nFeed {string.Join(", ", graph.Inputs.Select(each => $"'{each.Feed}'"))}.");
    }

    private void Copy(Feed feed, Input input)
    {
        if (feed.Kind != input.Kind)
            throw new ArgumentException($"{function.Name}: input '{input.Feed}' takes {input.Kind} elements, but got {feed.Kind}.\nDeclare it with {(feed.Kind == ElementKind.Int ? "graph.Labels" : "graph.Input")}, or feed the other kind.");
        if (feed.Length != input.Shape.Elements || feed.Shape is { Rank: > 0 } shape && input.Shape.Rank > 0 && shape[0] != input.Shape[0])
            throw new ShapeException($"{function.Name}: input '{input.Feed}' needs {input.Shape}, but got {(feed.Shape is { } came ? came.ToString() : $"{feed.Length} values")}.\nReshape the data, or declare the input in the shape of the data.");
        if (feed.Length == 0)
            return;
        if (feed.Kind == ElementKind.Float)
        {
            Route.CopyIn(feed.Floats.Span, inputs[input]);
            return;
        }
        if (input.Classes > 0)
            LabelCheck.InRange(feed.Ints.Span, input, function.Name);
        Route.CopyIn(feed.Ints.Span, inputs[input]);
    }

    /// <summary>Gives every launch its memory, anew when the arena grew or a parameter moved.</summary>
    public void Bind()
    {
        var moved = false;
        for (var i = 0; i < parameters.Length; i++)
            moved |= parameters[i].Home != Device.Parameters || !parameters[i].Memory.SameAs(boundParameters[i]);
        if (!moved && boundArena == Device.Arena.Version && schedule.Length > 0)
            return;
        replay.Drop();
        Device.Arena.Grow(memory.ArenaElements);
        boundParameters = Array.ConvertAll(parameters, Device.Parameters.Memory);
        foreach (var effect in effects)
            effect.Bind(Device);
        var launches = new Binder(Route, site, Views).LaunchesOf(steps);
        if (countsSteps)
            launches.Add(new StepLaunch(function.StepMemory()));
        schedule = [.. launches];
        boundArena = Device.Arena.Version;
    }

    /// <summary>Runs the schedule.</summary>
    public void Play(Checks mode, bool profile)
    {
        foreach (var effect in effects)
            if (effect.Prepare())
                replay.Drop();
        if ((mode & Checks.PoisonedArena) != 0)
            Device.Arena.Poison();
        if ((mode & Checks.FirstBadValue) != 0)
            watch.Play(schedule, steps, Route, ViewOf);
        else if (profile)
            Profile();
        else
            replay.Play(schedule);
    }

    public void Dispose()
    {
        replay.Dispose();
        own?.Dispose();
    }

    private void Profile()
    {
        for (var i = 0; i < schedule.Length; i++)
        {
            Route.Synchronise();
            var start = Stopwatch.GetTimestamp();
            schedule[i].Play(Route);
            Route.Synchronise();
            Plan.Lines[i].Milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    /// <summary>A returned tensor must be computed by the run: a parameter or a feed is copied, and so is one output of several.</summary>
    private static Tensor Computed(Tensor output) =>
        MemoryPlan.Root(output) is Node { Operation: not PackedOperation } ? output : Graph.Node(new Operations.Broadcast(output.Shape), output);

    private Block? Reserve()
    {
        var elements = memory.OutputElements + graph.Inputs.Sum(input => ParameterStore.Room(input.Shape.Elements));
        if (elements == 0)
            return null;
        var block = Route.Allocate(elements);
        var offset = memory.OutputElements;
        foreach (var input in graph.Inputs)
        {
            inputs[input] = block.View.Slice(offset, input.Shape.Elements);
            offset += ParameterStore.Room(input.Shape.Elements);
        }
        return block;
    }

    // Of a longer tensor only a part may be meant.
    private View ViewOf(Tensor tensor) => RootView(MemoryPlan.Root(tensor)).Slice(MemoryPlan.Offset(tensor), tensor.Shape.Elements);

    private View RootView(Tensor root)
    {
        switch (root)
        {
            case Node node:
                return ViewOf(memory.Of(node), node.Shape.Elements);
            case Parameter parameter:
                return Device.Parameters.Memory(parameter);
            case StepCounter:
                return function.StepMemory();
            case Input when inputs.TryGetValue(root, out var view):
                return view;
            default:
                throw new InvalidOperationException($"{function.Name}: {root} belongs to another recording.\nCreate inputs with the graph that the lambda gets, and keep no tensor in a field.");
        }
    }

    private View ViewOf(Storage storage, long elements) => storage.Kind switch
    {
        StorageKind.Output => own!.View.Slice(storage.Offset, elements),
        StorageKind.Packed => Device.Arena.View.Slice(storage.Within!.Offset + storage.Offset, elements),
        _ => Device.Arena.View.Slice(storage.Offset, elements),
    };

    private View[] Views(Tensor[] tensors, Step? scratch)
    {
        var views = new View[tensors.Length + (scratch is null ? 0 : 1)];
        for (var i = 0; i < tensors.Length; i++)
            views[i] = ViewOf(tensors[i]);
        if (scratch is not null && memory.Workspace(scratch) is { } storage)
            views[^1] = ViewOf(storage, storage.Elements);
        return views;
    }

    private Plan MakePlan()
    {
        var plan = new Plan(function.Name)
        {
            ArenaBytes = memory.ArenaElements * sizeof(float),
            LeastArenaBytes = memory.LeastElements * sizeof(float),
            ParameterBytes = parameters.Sum(parameter => ParameterStore.Room(parameter.Shape.Elements)) * sizeof(float),
            OptimiserBytes = effects.Sum(effect => effect.KeptElements) * sizeof(float),
            FeedAndResultBytes = (own?.View.Length ?? 0) * sizeof(float),
        };
        foreach (var step in steps)
            plan.Add(step.Name, step.Place, step.Writes.Count > 0 ? step.Writes[0].Shape.ToString() : "",
                step.Reads.Concat(step.Writes).Sum(tensor => tensor.Shape.Elements) * sizeof(float));
        if (countsSteps)
            plan.Add("Step", "", "(1)", sizeof(int));
        return plan;
    }
}
