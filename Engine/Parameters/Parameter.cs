using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// Numbers that outlive a run: weights, biases, running statistics. It is a tensor: formulas use it as it is. It declares
/// name, shape and initial values; memory comes when a function that uses it is first bound to a device.
/// </summary>
public sealed class Parameter : Tensor
{
    private float[]? host;
    private float rateScale = 1;

    /// <summary>A parameter.</summary>
    /// <param name="name">Its name within its owner; a checkpoint holds it under its path.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="init">Its initial values.</param>
    /// <param name="trainable">Whether optimisers change it.</param>
    public Parameter(string name, Shape shape, Init init, bool trainable = true)
        : this(name, shape, init, trainable, shape.Rank < 2 ? [] : shape.Rank == 2 ? [0] : [.. Enumerable.Range(1, shape.Rank - 1)]) { }

    /// <summary>A parameter that says which of its axes come into a unit.</summary>
    internal Parameter(string name, Shape shape, Init init, bool trainable, IReadOnlyList<int>? incoming) : base(shape, ElementKind.Float)
    {
        LocalName = name;
        Init = init;
        IsLearned = Trainable = trainable;
        Incoming = incoming;
    }

    /// <summary>Its name within its owner.</summary>
    public string LocalName { get; }

    /// <summary>Its initial values.</summary>
    public Init Init { get; }

    /// <summary>
    /// The axes that hold what comes into one unit. Unless its layer says otherwise: of weights (inputs, outputs) the first, of weights
    /// (outputs, inputs, window...) all but the first. Empty for what is no weight, such as biases and gains; null where the weights of
    /// a unit do not fill whole axes.
    /// </summary>
    public IReadOnlyList<int>? Incoming { get; }

    /// <summary>Whether it holds weights: no biases, gains or statistics. Those alone decay, and are penalised or limited by default.</summary>
    public bool IsWeight => Incoming is not { Count: 0 };

    /// <summary>Whether it is there to be learned; false for what training only follows, such as running statistics.</summary>
    public bool IsLearned { get; }

    /// <summary>Whether optimisers change it. A function that was recorded before it changed is recorded again.</summary>
    public bool Trainable { get; set; }

    /// <summary>
    /// Its share of the optimiser's learning rate: 1 as a rule, less for what was learned already, 0 to stay where it is. Decoupled
    /// weight decay goes with the rate, and so does a constraint that goes by it, such as <see cref="SoftThreshold"/>; one that does not,
    /// such as <see cref="MaxNorm"/>, acts in full. It may be changed between runs and takes effect at the next.
    /// </summary>
    public float RateScale
    {
        get => rateScale;
        set => rateScale = float.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), $"Parameter '{Path}': the scale of its learning rate must be a finite number of 0 or more, but is {value}.\nTry 0.1 for a layer that was trained before, 1 for a new one.");
    }

    /// <summary>The layer that owns it, if any.</summary>
    public Layer? Owner { get; internal set; }

    /// <summary>Its name in a checkpoint: the names from the model down, joined by dots.</summary>
    public string Path => Owner is { Path.Length: > 0 } ? $"{Owner.Path}.{LocalName}" : LocalName;

    internal override string Place => Owner?.Path ?? "";

    internal ParameterStore? Home { get; private set; }

    internal View Memory { get; private set; }

    /// <summary>The values, copied from the device; before there is a device, those that were set.</summary>
    /// <exception cref="InvalidOperationException">It has no values yet.</exception>
    public float[] ToArray()
    {
        var values = new float[Shape.Elements];
        CopyTo(values);
        return values;
    }

    /// <summary>Copies the values to the host.</summary>
    /// <inheritdoc cref="ToArray"/>
    public void CopyTo(Span<float> target)
    {
        if (Home is not null)
            Home.Device.Route.CopyOut(Memory, target);
        else if (host is not null)
            host.CopyTo(target);
        else
            throw new InvalidOperationException(
                $"Parameter '{Path}' has no values yet: they are drawn when a function that uses it first runs.\nRun the model once, or load a checkpoint.");
    }

    /// <summary>Sets the values.</summary>
    public void Set(ReadOnlySpan<float> values)
    {
        if (values.Length != Shape.Elements)
            throw new ShapeException($"Parameter '{Path}': needs {Shape.Elements} values for its shape {Shape}, but got {values.Length}.\nCheck which tensor is being loaded.");
        if (Home is null)
            values.CopyTo(host ??= new float[values.Length]);
        else
            Home.Device.Route.CopyIn(values, Memory);
    }

    /// <summary>
    /// Goes back to initial values: those that a new model gets, drawn from the seed of the device and its path. Without a device they are
    /// drawn when there is one.
    /// </summary>
    public void Reset()
    {
        host = null;
        if (Home is not null)
            Set(Draw(Home.Seed));
    }

    /// <summary>Whether it has values: drawn, loaded or set.</summary>
    public bool HasValues => Home is not null || host is not null;

    /// <summary>Takes its values home from its device, for the next one.</summary>
    internal void Leave()
    {
        host = Home is null ? host : ToArray();
        Home = null;
        Memory = default;
    }

    /// <summary>Moves in: the values that were set, or freshly drawn ones, go to the device.</summary>
    internal void MoveTo(ParameterStore home, View memory, ulong seed)
    {
        var values = host ?? Draw(seed);
        host = null;
        Home = home;
        Memory = memory;
        home.Device.Route.CopyIn(values, memory);
    }

    private float[] Draw(ulong seed)
    {
        var values = new float[Shape.Elements];
        Init.Fill(values, Shape, new Philox(Streams.Key(seed, Path)));
        return values;
    }

    /// <inheritdoc/>
    public override string ToString() => $"parameter {Path} {Shape}";
}
