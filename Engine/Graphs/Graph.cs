namespace GpuNN;

/// <summary>
/// One recording: what a function computes for feeds of one shape. It holds the inputs, the updates and the outputs; the
/// nodes hang on those. Training or evaluating is a property of the recording, so a layer has no switch.
/// </summary>
public sealed class Graph
{
    [ThreadStatic]
    private static Graph? current;

    private readonly List<Input> inputs = [];
    private readonly List<Effect> effects = [];
    private readonly List<Tensor> penalties = [];
    private readonly List<(Parameter Parameter, bool Trainable)> asked = [];
    private readonly List<(Layer Layer, int Replacements)> layers = [];
    private readonly Dictionary<string, int> randomNodes = [];
    private readonly ulong seed;
    private float penaltyWeight = 1;
    private int bodies;

    internal Graph(int batch, bool training, ulong seed, (string? Name, Shape? Shape, ElementKind Kind)[]? fed = null)
    {
        Batch = batch;
        Training = training;
        this.seed = seed;
        Fed = fed ?? [];
    }

    /// <summary>Number of rows of the batch that is fed: the first size of the first feed.</summary>
    public int Batch { get; }

    /// <summary>Whether layers such as dropout act as in training.</summary>
    public bool Training { get; private set; }

    /// <summary>Inputs in the order they were declared.</summary>
    public IReadOnlyList<Input> Inputs => inputs;

    internal IReadOnlyList<Effect> Effects => effects;

    /// <summary>Parameters that an optimiser could have changed, and whether it was let; a list, so that looking makes no garbage.</summary>
    internal List<(Parameter Parameter, bool Trainable)> Asked => asked;

    /// <summary>Layers whose formula is that of their parts, and how often one of those had been replaced.</summary>
    internal List<(Layer Layer, int Replacements)> Layers => layers;

    internal (string? Name, Shape? Shape, ElementKind Kind)[] Fed { get; }

    internal StepCounter Step { get; } = new();

    /// <summary>The recording that runs on this thread.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static Graph Current => current ?? throw new InvalidOperationException(
        "Recording: dropout, random numbers and updates need a graph, but nothing is being recorded.\nCall the layer inside device.Compile(graph => ...).");

    /// <summary>The recording that runs on this thread, if any.</summary>
    internal static Graph? Recording => current;

    /// <summary>A feed of floats.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape, usually [graph.Batch, ...].</param>
    public Tensor Input(string name, Shape shape) => Declare(name, shape, ElementKind.Float);

    /// <summary>A feed in the shape in which it comes: floats, or integers such as tokens.</summary>
    public Tensor Input(string name)
    {
        var (shape, kind) = FedAs(name);
        return Declare(name, shape, kind);
    }

    /// <summary>The shape and kind of the feed that goes to an input: that of its name, else the one at its place if that has no name.</summary>
    private (Shape Shape, ElementKind Kind) FedAs(string name)
    {
        foreach (var (feed, shape, kind) in Fed)
            if (feed == name && shape is { } known)
                return (known, kind);
        return inputs.Count < Fed.Length && Fed[inputs.Count] is (null, { } next, var nextKind) ? (next, nextKind) : throw new ArgumentException(
            $"Input '{name}' takes the shape of its feed, but no feed of that name came with one.\nFeed it as Feed.Of(\"{name}\", values, shape).");
    }

    /// <summary>A feed of integers: labels or indices.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape, usually [graph.Batch].</param>
    /// <param name="classes">If above 0, numbers outside [0, classes) are refused when they are fed.</param>
    /// <param name="ignored">A number that is allowed all the same.</param>
    public Tensor Labels(string name, Shape shape, int classes = 0, int? ignored = null)
    {
        var input = Declare(name, shape, ElementKind.Int);
        input.Classes = classes;
        input.Ignored = ignored;
        return input;
    }

    /// <summary>A feed of integers in the shape in which it comes: a label a row, or one for each step of each row.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="classes">If above 0, numbers outside [0, classes) are refused when they are fed.</param>
    /// <param name="ignored">A number that is allowed all the same.</param>
    public Tensor Labels(string name, int classes = 0, int? ignored = null) => Labels(name, FedAs(name).Shape, classes, ignored);

    private Input Declare(string name, Shape shape, ElementKind kind)
    {
        if (inputs.Any(input => input.Feed == name))
            throw new ArgumentException($"Input '{name}' is declared twice in one recording.\nGive each input its own name, or use the tensor of the first.");
        var declared = new Input(name, shape, kind);
        inputs.Add(declared);
        return declared;
    }

    /// <summary>The result of an operation.</summary>
    public Tensor Apply(Operation operation, params Tensor[] x) => Node(operation, x);

    /// <summary>
    /// Gradients of y by each x, as more graph; they can be differentiated again.
    /// </summary>
    /// <param name="y">What is differentiated: one number, unless there is a cotangent.</param>
    /// <param name="x">By what. One that y does not depend on gets zeros.</param>
    /// <param name="cotangent">The gradient of the loss by y, if y is not the loss itself.</param>
    public Tensor[] Gradients(Tensor y, IReadOnlyList<Tensor> x, Tensor? cotangent = null) => ReverseWalk.Gradients(y, x, cotangent);

    /// <summary>
    /// Sets a parameter to a new value at the end of every run. Updates are simultaneous: every read in the run sees the
    /// value from before it.
    /// </summary>
    public void Update(Parameter parameter, Tensor value)
    {
        RefuseInBody("Update", "Return the new value as a state of the scan, and update the parameter after it.");
        CheckUpdatedOnce([parameter]);
        if (value.Kind != ElementKind.Float)
            throw new ShapeException($"Update: parameter '{parameter.Path}' holds floats, but its new value holds integers: {value}.\nTurn labels and indices into floats with OneHot or Gather.");
        var full = value.BroadcastTo(parameter.Shape);
        // The memory of a parameter would be read when another update may have changed it already.
        if (MemoryPlan.Root(full) is not GpuNN.Node)
            full = Node(new Operations.Broadcast(parameter.Shape), full);
        effects.Add(new Assignment(parameter, full));
    }

    /// <summary>
    /// Changes a parameter further: from the value that the recording gives it so far, so that a layer that is used twice
    /// changes its running statistics twice, in the order of its uses.
    /// </summary>
    public void Update(Parameter parameter, Func<Tensor, Tensor> change)
    {
        var earlier = effects.FindIndex(effect => effect is Assignment && effect.Updated[0] == parameter);
        var value = change(earlier < 0 ? parameter : effects[earlier].Reads[0]);
        if (earlier >= 0)
            effects.RemoveAt(earlier);
        Update(parameter, value);
    }

    /// <summary>
    /// Adds a number to what a training makes small, from inside a layer: the size of its activations, say. A recording that does not
    /// train ignores it. A trainer's step minimises its loss and <see cref="Penalties"/>, and reports the loss alone.
    /// </summary>
    /// <param name="penalty">One number.</param>
    public void Penalise(Tensor penalty)
    {
        RefuseInBody("Penalise", "Return the penalty as an output of the scan, and penalise its sum after it.");
        if (penalty.Shape.Elements != 1)
            throw new ShapeException($"Penalise: needs one number, but got {penalty.Shape}.\nReduce it with Sum() or Mean() first.");
        if (Training && penaltyWeight > 0)
            penalties.Add(penaltyWeight == 1 ? penalty.Reshape(Shape.Scalar) : penalty.Reshape(Shape.Scalar) * penaltyWeight);
    }

    /// <summary>The sum of all that <see cref="Penalise"/> was given so far, 0 at first; a step of one's own adds it to its loss.</summary>
    public Tensor Penalties => penalties.Aggregate((Tensor)0f, (sum, penalty) => sum + penalty);

    /// <summary>
    /// Records a part whose penalties count by a weight. An objective that runs the model several times gives each run the weight that
    /// its loss has: weights that add up to 1 let a penalty count once, however often the model runs.
    /// </summary>
    /// <param name="weight">The weight, 0 or more; of a part within a part the weights multiply.</param>
    /// <param name="record">Records the part.</param>
    public T Penalised<T>(float weight, Func<T> record)
    {
        if (!(weight >= 0 && float.IsFinite(weight)))
            throw new ArgumentOutOfRangeException(nameof(weight), $"Penalised: needs a finite weight of 0 or more, but got {weight}.\nPass the share of this part of the loss.");
        var outer = penaltyWeight;
        penaltyWeight *= weight;
        try
        {
            return record();
        }
        finally
        {
            penaltyWeight = outer;
        }
    }

    /// <summary>One step of an optimiser towards a smaller loss.</summary>
    /// <param name="loss">One number.</param>
    /// <param name="parameters">What is learned; others are left alone.</param>
    /// <param name="optimiser">The rule.</param>
    /// <param name="constraints">What changes gradients before the optimiser sees them; a <see cref="ConstraintStep"/> does the rest.</param>
    public void Minimise(Tensor loss, IEnumerable<Parameter> parameters, Optimiser optimiser, IReadOnlyList<Constraint>? constraints = null)
    {
        RefuseInBody("Minimise", "Minimise a loss of the scan's results after it.");
        var all = parameters.Distinct().ToArray();
        DependsOnTrainable(all);
        var learned = Array.FindAll(all, parameter => parameter.Trainable);
        if (learned.Length == 0)
            throw new ArgumentException("Minimise: needs at least one trainable parameter, but got none.\nUnfreeze a layer, or leave the training step out.");
        CheckUpdatedOnce(learned);
        var gradients = Gradients(loss, learned);
        foreach (var constraint in constraints ?? [])
            for (var i = 0; i < learned.Length; i++)
                if (constraint.On.Takes(learned[i]))
                    gradients[i] = constraint.Gradient(learned[i], gradients[i]);
        effects.Add(optimiser.Step(learned, gradients));
    }

    /// <summary>Records anew once one of these parameters is frozen or set free.</summary>
    internal void DependsOnTrainable(IEnumerable<Parameter> parameters) => asked.AddRange(parameters.Select(parameter => (parameter, parameter.Trainable)));

    // Updates are simultaneous, so that two of one parameter have no order in which they could be made.
    private void CheckUpdatedOnce(Parameter[] updated)
    {
        foreach (var effect in effects)
            foreach (var parameter in effect.Updated)
                if (Array.IndexOf(updated, parameter) >= 0)
                    throw new ArgumentException($"Update: parameter '{parameter.Path}' takes one value a run, but gets a second one.\nAdd the changes up and update it once.");
    }

    /// <summary>
    /// Records a part with layers as in use, inside a training too: dropout lets everything through, and normalisation takes its
    /// running statistics and leaves them alone.
    /// </summary>
    public T AsInUse<T>(Func<T> record)
    {
        var outer = Training;
        Training = false;
        try
        {
            return record();
        }
        finally
        {
            Training = outer;
        }
    }

    /// <summary>Records the body of a loop, in which nothing may happen that happens once a run.</summary>
    internal T InBody<T>(Func<T> record)
    {
        bodies++;
        try
        {
            return record();
        }
        finally
        {
            bodies--;
        }
    }

    private void RefuseInBody(string what, string instead)
    {
        if (bodies > 0)
            throw new InvalidOperationException($"{what}: a scan records its body once and repeats it, so this would happen once, not at every step.\n{instead}");
    }

    /// <summary>Makes the recording hold as long as no part of a layer is replaced.</summary>
    internal void DependOn(Layer layer) => layers.Add((layer, layer.Replacements));

    /// <summary>Makes an effect a part of every run.</summary>
    internal void Add(Effect effect) => effects.Add(effect);

    /// <summary>The key of a random node: its stream depends on the seed, the place in the model and the order there.</summary>
    internal (uint Low, uint High) RandomKey(string kind)
    {
        RefuseInBody("Random numbers", "Draw them before the scan, with the steps on the first axis, and pass them as a sequence.");
        var place = $"{Layer.Recording?.Path}/{kind}";
        var ordinal = randomNodes.TryGetValue(place, out var before) ? before + 1 : 0;
        randomNodes[place] = ordinal;
        var key = Streams.Key(seed, $"{place}/{ordinal}");
        return ((uint)key, (uint)(key >> 32));
    }

    /// <summary>Runs a recording on this thread.</summary>
    internal T Record<T>(Func<Graph, T> record)
    {
        var outer = current;
        current = this;
        try
        {
            return record(this);
        }
        finally
        {
            current = outer;
        }
    }

    /// <summary>The result of an operation; recording needs no graph for it.</summary>
    internal static Node Node(Operation operation, params Tensor[] x)
    {
        var owner = Layer.Recording ?? Array.Find(x, tensor => tensor is Parameter { Owner: not null }) switch
        {
            Parameter parameter => parameter.Owner,
            _ => null,
        };
        var place = owner?.Path ?? Array.Find(x, tensor => tensor.Place.Length > 0)?.Place ?? "";
        try
        {
            operation.CheckKinds(x);
            if (operation is not PointwiseOperation)
                x = Array.ConvertAll(x, tensor => tensor is Constant constant ? new Node(new Operations.Fill(constant.Value, constant.Shape), [], constant.Shape, place) : tensor);
            var shape = operation.Infer(Array.ConvertAll(x, tensor => tensor.Shape));
            if (operation is PointwiseOperation)
                x = Broadcasting.Spelled(shape, x);
            return new Node(operation, x, shape, place);
        }
        catch (ShapeException error)
        {
            throw error.At(owner is null ? place : $"{owner.Lineage}, while recording the forward pass.");
        }
    }
}
