using GpuNN.Kernels;
using GpuNN.Operations;

namespace GpuNN;

/// <summary>
/// A rule that turns gradients into better parameters. All parameters of a <see cref="Graph.Minimise"/> are updated in
/// one launch, unless they have rates of their own (<see cref="Parameter.RateScale"/>); their state lies on the device beside
/// them. Weight decay goes to weights, not to biases or gains. An optimiser keeps its state from one function to the next, so a
/// network may be recorded again, grow, or be frozen in part.
/// </summary>
public abstract class Optimiser
{
    // The slab of the newest step stands last.
    private readonly List<OptimiserSlab> slabs = [];
    private readonly Dictionary<string, float[]> waiting = [];
    private float learningRate;

    private protected Optimiser(float learningRate) => LearningRate = learningRate;

    /// <summary>The learning rate; it may be changed between runs and takes effect at the next.</summary>
    public float LearningRate
    {
        get => learningRate;
        set => learningRate = float.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), $"{GetType().Name}: the learning rate must be a finite number of 0 or more, but is {value}.\nTry 1e-3 for Adam, 1e-2 for stochastic gradient descent.");
    }

    /// <summary>Weight decay: L2 added to the gradient; decoupled in <see cref="AdamW"/>.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Gradients are scaled down together so that their norm is at most this. Source: Pascanu, Mikolov and Bengio (2013).</summary>
    public float ClipNorm { get; init; } = float.PositiveInfinity;

    /// <summary>Each element of the gradient is limited to [-ClipValue, ClipValue].</summary>
    public float ClipValue { get; init; } = float.PositiveInfinity;

    /// <summary>Numbers of state an element has: 0, 1 or 2.</summary>
    internal abstract int States { get; }

    /// <summary>Its numbers before the first step.</summary>
    private protected abstract float[] Scalars();

    /// <summary>Queues the update of a run of elements.</summary>
    internal abstract void Apply(Route route, View parameters, View gradients, View state1, View state2, View scalars, int length, int decayed);

    /// <summary>The update of these parameters, as an effect of a recording.</summary>
    internal Effect Step(Parameter[] learned, Tensor[] gradients)
    {
        Check();
        var order = ParameterStore.InLayoutOrder(learned).ToArray();
        var packed = Graph.Node(new Pack(), [.. order.Select(parameter => gradients[Array.IndexOf(learned, parameter)])]);
        return new OptimiserStep(this, order, packed);
    }

    private void Check()
    {
        if (!(ClipNorm > 0) || !(ClipValue > 0))
            throw new ArgumentOutOfRangeException(nameof(ClipNorm), $"{GetType().Name}: ClipNorm and ClipValue must be above 0, but are {ClipNorm} and {ClipValue}.\nLeave them out for no limit.");
        if (!(WeightDecay >= 0) || !float.IsFinite(WeightDecay))
            throw new ArgumentOutOfRangeException(nameof(WeightDecay), $"{GetType().Name}: WeightDecay must be 0 or more, but is {WeightDecay}.\nTry 1e-4.");
    }

    /// <summary>The state of these parameters on a device, made when first needed.</summary>
    internal OptimiserSlab Slab(Device device, Parameter[] order)
    {
        var slab = slabs.Find(slab => slab.Device == device && slab.Order.AsSpan().SequenceEqual(order)) ?? Make(device, order);
        Begin(slab);
        return slab;
    }

    private OptimiserSlab Make(Device device, Parameter[] order)
    {
        var slab = new OptimiserSlab(device, order, States, Scalars());
        slab.Load(waiting, order);
        // What was loaded belongs to the first parameters of these names: another model may have parameters of the same names.
        DropWaiting(order);
        foreach (var other in slabs.Where(other => other.Order.Intersect(order).Any()))
        {
            other.Kin.Add(slab);
            slab.Kin.Add(other);
        }
        slabs.Insert(0, slab);
        return slab;
    }

    /// <summary>
    /// Makes a slab the one of the newest step. Some of its parameters may have been stepped in other company since, on another device
    /// or while others were frozen: it takes that over.
    /// </summary>
    internal void Begin(OptimiserSlab slab)
    {
        if (slabs[^1] == slab)
            return;
        var at = slabs.IndexOf(slab);
        for (var newer = at + 1; newer < slabs.Count; newer++)
            if (slab.Kin.Contains(slabs[newer]))
                slab.Follow(slabs[newer]);
        slabs.RemoveAt(at);
        slabs.Add(slab);
    }

    /// <summary>
    /// Forgets momentum, averages and the number of steps of some parameters, so that their next step is like their first. For a layer
    /// that begins anew; the state of all others stays as it is.
    /// </summary>
    public void Forget(IEnumerable<Parameter> parameters)
    {
        var forgotten = parameters.ToHashSet();
        foreach (var slab in slabs)
            slab.Forget(forgotten);
        DropWaiting(forgotten);
    }

    private void DropWaiting(IEnumerable<Parameter> parameters)
    {
        foreach (var name in parameters.SelectMany(parameter => OptimiserSlab.Names(parameter, States)))
            waiting.Remove(name);
    }

    /// <summary>Its state by name: what a checkpoint holds.</summary>
    /// <exception cref="InvalidOperationException">It steps several models whose parameters have the same names.</exception>
    public IReadOnlyDictionary<string, float[]> Save()
    {
        var parameters = slabs.SelectMany(slab => slab.Order).Distinct().ToArray();
        var twice = parameters.GroupBy(parameter => parameter.Path).FirstOrDefault(name => name.Count() > 1);
        return twice is null ? Save(parameters) : throw new InvalidOperationException(
            $"{GetType().Name}: saves its state by the names of parameters, but steps {twice.Count()} that are called '{twice.Key}'.\nGive each model an optimiser of its own, or make the models parts of one layer.");
    }

    /// <summary>Its state for the parameters of one model.</summary>
    internal Dictionary<string, float[]> Save(IReadOnlyList<Parameter> parameters)
    {
        var state = new Dictionary<string, float[]>(waiting);
        foreach (var slab in slabs)
            slab.Save(state, parameters);
        return state;
    }

    /// <summary>Takes over a saved state; parameters that are not recorded yet get theirs when they are.</summary>
    public void Load(IReadOnlyDictionary<string, float[]> state) => Load(state, [.. slabs.SelectMany(slab => slab.Order)]);

    /// <summary>Takes over a saved state of one model.</summary>
    internal void Load(IReadOnlyDictionary<string, float[]> state, IReadOnlyList<Parameter> parameters)
    {
        waiting.Clear();
        foreach (var (name, values) in state)
            waiting[name] = values;
        var stepped = slabs.FindAll(slab => slab.Order.Any(parameters.Contains));
        foreach (var slab in stepped)
            slab.Load(state, parameters);
        DropWaiting(stepped.SelectMany(slab => slab.Order));
    }

    /// <summary>Norm of all gradients in the last step, before clipping; known if <see cref="ClipNorm"/> is set.</summary>
    public float GradientNorm => slabs.Count == 0 ? 0 : slabs[^1].GradientNorm;
}
