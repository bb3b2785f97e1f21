namespace GpuNN;

/// <summary>
/// A compiled function: feeds in, results out, updates done. It is recorded once for each shape of its feeds and keeps the
/// last 16 of those. One thread at a time runs the functions of a device.
/// </summary>
public sealed class Function
{
    /// <summary>How many shapes of feeds it keeps compiled.</summary>
    private const int MostVariants = 16;

    /// <summary>The batch of a recording that only looks at the shapes of the inputs; no input has this size by chance.</summary>
    private const int ProbeBatch = 7919;

    private readonly Func<Graph, Tensor[]> record;
    private readonly List<Variant> variants = [];
    private readonly Checks checks;
    private Variant? latest;
    private ulong? seed;
    private Kernels.View stepMemory;
    private long step;
    private bool released;

    internal Function(Device device, Func<Graph, Tensor[]> record, Checks checks, bool training, string name)
    {
        Device = device;
        this.record = record;
        this.checks = checks;
        Training = training;
        Name = name;
    }

    /// <summary>Its name in plans and messages; its random streams depend on it.</summary>
    public string Name { get; }

    /// <summary>The device it runs on.</summary>
    public Device Device { get; }

    /// <summary>Whether layers such as dropout act as in training.</summary>
    public bool Training { get; }

    /// <summary>Whether runs are timed launch by launch; the times stand in the <see cref="Plan"/>.</summary>
    public bool Profiling { get; set; }

    /// <summary>The number of runs so far: the counter of its random streams. Set it to go on where another run stopped.</summary>
    public long Step
    {
        get => step;
        set
        {
            step = value;
            if (stepMemory.Length > 0)
                Device.Route.CopyIn([unchecked((int)step)], stepMemory);
        }
    }

    /// <summary>What the last run launched.</summary>
    /// <exception cref="InvalidOperationException">It has not run yet.</exception>
    public Plan Plan => latest?.Plan ?? throw new InvalidOperationException(
        $"Plan: '{Name}' has not run yet, so it has no plan.\nRun it once; the plan depends on the shapes of the feeds.");

    /// <summary>
    /// Runs it. Without feeds, those of the last run are used again. The results are read before the next run.
    /// </summary>
    public Results Run(params ReadOnlySpan<Feed> feeds)
    {
        ObjectDisposedException.ThrowIf(released, this);
        var mode = checks | Device.Checks;
        var variant = Find(feeds, mode) ?? Build(feeds, mode);
        latest = variant;
        variant.Bind();
        variant.Feed(feeds);
        variant.Play(mode, Profiling);
        step++;
        // The counter in device memory counts every run, also one whose variant draws no random numbers.
        if (!variant.CountsSteps && stepMemory.Length > 0)
            Kernels.CounterKernels.Advance(Device.Route, stepMemory);
        return variant.Results;
    }

    /// <summary>Runs it on a batch: its inputs feed the first input, its labels or targets the second, if there is one.</summary>
    public Results Run(Batch batch)
    {
        var input = batch.InputFeed();
        return batch.Labels.Length > 0 ? Run(input, Feed.Of(null, batch.Labels, batch.TargetsShape))
            : batch.Targets.Length > 0 ? Run(input, Feed.Of(null, batch.Targets, batch.TargetsShape))
            : Run(input);
    }

    internal Kernels.View StepMemory()
    {
        if (stepMemory.Length == 0)
        {
            stepMemory = Device.Keep(1);
            Device.Route.CopyIn([unchecked((int)step)], stepMemory);
        }
        return stepMemory;
    }

    internal void Release()
    {
        released = true;
        foreach (var variant in variants)
            variant.Dispose();
        variants.Clear();
    }

    private Variant? Find(ReadOnlySpan<Feed> feeds, Checks mode)
    {
        if (feeds.Length == 0 && latest is not null && latest.Mode == mode && latest.IsCurrent)
            return latest;
        for (var i = variants.Count - 1; i >= 0; i--)
        {
            if (variants[i] is not { } variant || variant.Mode != mode || !variant.Fits(feeds) || !variant.IsCurrent)
                continue;
            // The last used stands last, the first goes first.
            variants.RemoveAt(i);
            variants.Add(variant);
            return variant;
        }
        return null;
    }

    private Variant Build(ReadOnlySpan<Feed> feeds, Checks mode)
    {
        var shapes = Shapes(feeds);
        var batch = shapes.Length > 0 && shapes[0].Rank > 0 ? shapes[0][0] : 1;
        // Every shape draws from the same streams, whatever else has set the device's seed since.
        seed ??= Device.Parameters.Seed;
        var graph = new Graph(batch, Training, Streams.Key(seed.Value, Name), Fed(feeds, shapes));
        var outputs = graph.Record(record);
        var variant = new Variant(this, graph, outputs, mode, feeds);
        if (variants.Count == MostVariants)
        {
            variants[0].Dispose();
            variants.RemoveAt(0);
        }
        variants.Add(variant);
        return variant;
    }

    /// <summary>The shapes of the feeds; one without a shape takes it from the input it feeds.</summary>
    private Shape[] Shapes(ReadOnlySpan<Feed> feeds)
    {
        var shapes = new Shape[feeds.Length];
        InputShape[]? declared = null;
        for (var i = 0; i < shapes.Length; i++)
            shapes[i] = feeds[i].Shape ?? Declared(feeds, i, ref declared).With(feeds[i].Length);
        return shapes;
    }

    private static (string? Name, Shape? Shape, ElementKind Kind)[] Fed(ReadOnlySpan<Feed> feeds, Shape[]? shapes)
    {
        var fed = new (string?, Shape?, ElementKind)[feeds.Length];
        for (var i = 0; i < fed.Length; i++)
            fed[i] = (feeds[i].Name, shapes is null ? feeds[i].Shape : shapes[i], feeds[i].Kind);
        return fed;
    }

    private InputShape Declared(ReadOnlySpan<Feed> feeds, int position, ref InputShape[]? declared)
    {
        var name = feeds[position].Name;
        if (declared is null)
        {
            var probe = new Graph(ProbeBatch, Training, 0, Fed(feeds, null));
            try
            {
                probe.Record(record);
            }
            catch (ShapeException) when (probe.Inputs.Count > position)
            {
                // The recording with the batch that came says it better, and this input is known.
                var input = probe.Inputs.FirstOrDefault(input => input.Feed == name) ?? probe.Inputs[position];
                return new InputShape(input.Feed, input.Shape);
            }
            declared = [.. probe.Inputs.Select(input => new InputShape(input.Feed, input.Shape))];
        }
        return Array.Find(declared, input => input.Name == name) ?? (position < declared.Length
            ? declared[position]
            : throw new ArgumentException($"{Name}: has {declared.Length} inputs, but got a feed number {position + 1}{(name is null ? "" : $", '{name}'")}.\nFeed {string.Join(", ", declared.Select(input => input.Name))}."));
    }

    private sealed record InputShape(string Name, Shape Shape)
    {
        public Shape With(int length)
        {
            if (Shape.Rank == 0 || Shape[0] != ProbeBatch)
                return Shape;
            var item = Shape.Skip(1).Elements;
            return item > 0 && length % item == 0
                ? Shape.With(0, (int)(length / item))
                : throw new ShapeException($"Feed '{Name}': needs a multiple of {item} values, {Shape.Skip(1)} for each row of the batch, but got {length}.\nPass whole rows.");
        }
    }
}
