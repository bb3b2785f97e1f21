using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// An optimiser's state for some parameters on one device, in the parameters' own layout: flat, each at a multiple of 16
/// elements, those with weight decay first.
/// </summary>
internal sealed class OptimiserSlab
{
    private readonly Device device;
    private readonly float[] initial;
    private readonly KeptFloats[] states;
    private readonly long[] offsets;
    private readonly int[] groupOf;
    private readonly List<OptimiserGroup> made = [];

    public OptimiserSlab(Device device, Parameter[] order, int states, float[] initial)
    {
        (this.device, Order, this.initial) = (device, order, initial);
        offsets = new long[order.Length + 1];
        for (var i = 0; i < order.Length; i++)
            offsets[i + 1] = offsets[i] + ParameterStore.Room(order[i].Shape.Elements);
        this.states = [.. Enumerable.Range(0, states).Select(_ => new KeptFloats(device, offsets[^1]))];
        groupOf = new int[order.Length];
        Group([.. order.Select(_ => initial)]);
        Segments = device.Keep(2 * order.Length);
        device.Route.CopyIn(order.SelectMany((parameter, i) => new[] { (int)offsets[i], (int)parameter.Shape.Elements }).ToArray(), Segments);
        ClipWorkspace = device.Keep(ClipKernels.Workspace(order.Length));
    }

    public Device Device => device;

    public Parameter[] Order { get; }

    public View Segments { get; }

    public View ClipWorkspace { get; }

    /// <summary>Other slabs that hold some of these parameters too.</summary>
    public List<OptimiserSlab> Kin { get; } = [];

    /// <summary>Number of groups.</summary>
    public int Groups { get; private set; }

    /// <summary>Changes whenever the groups do.</summary>
    public int Version { get; private set; }

    /// <summary>A group, from 0.</summary>
    public OptimiserGroup Group(int index) => made[index];

    /// <summary>The group of a parameter.</summary>
    public int GroupOf(int parameter) => groupOf[parameter];

    /// <summary>Where a parameter's elements begin.</summary>
    public long Offset(int parameter) => offsets[parameter];

    /// <summary>A run of a state; empty where the rule has no such state.</summary>
    public View State(int index, long offset, long length) => index < states.Length ? states[index].View.Slice(offset, length) : default;

    /// <summary>Takes note of rates that changed: that of the optimiser, and the parameters' shares of it.</summary>
    public void PushRate(float rate)
    {
        for (var i = 0; i < Order.Length; i++)
            if (Order[i].RateScale != made[groupOf[i]].Scale)
            {
                Group(Numbers());
                break;
            }
        for (var group = 0; group < Groups; group++)
            made[group].PushRate(rate);
    }

    /// <summary>Norm of all gradients in the last step, before clipping.</summary>
    public float GradientNorm => made[0].GradientNorm;

    /// <summary>Under which names a parameter's state is saved.</summary>
    public static IEnumerable<string> Names(Parameter parameter, int states) =>
        Enumerable.Range(0, states).Select(state => Name(parameter, state)).Prepend(NumbersName(parameter));

    /// <summary>Adds what it knows of some parameters.</summary>
    public void Save(Dictionary<string, float[]> state, IReadOnlyList<Parameter> wanted)
    {
        for (var i = 0; i < Order.Length; i++)
            if (wanted.Contains(Order[i]))
            {
                state[NumbersName(Order[i])] = made[groupOf[i]].Read();
                for (var s = 0; s < states.Length; s++)
                    state[Name(Order[i], s)] = states[s].Read(offsets[i], Order[i].Shape.Elements);
            }
    }

    /// <summary>Takes over what is known of some parameters.</summary>
    public void Load(IReadOnlyDictionary<string, float[]> state, IReadOnlyList<Parameter> wanted)
    {
        var numbers = Numbers();
        for (var i = 0; i < Order.Length; i++)
            if (wanted.Contains(Order[i]))
            {
                if (state.TryGetValue(NumbersName(Order[i]), out var known) && known.Length == OptimiserScalars.Count)
                    numbers[i] = known;
                for (var s = 0; s < states.Length; s++)
                    if (state.TryGetValue(Name(Order[i], s), out var values))
                        states[s].Write(values.Length == Order[i].Shape.Elements ? values : throw new ShapeException(
                            $"Optimiser state '{Name(Order[i], s)}': needs {Order[i].Shape.Elements} values, but the checkpoint has {values.Length}.\nThe checkpoint belongs to a model of other sizes."),
                            offsets[i]);
            }
        Group(numbers);
    }

    /// <summary>Takes over what another slab knows of the parameters that both have.</summary>
    public void Follow(OptimiserSlab newer)
    {
        Parameter[] shared = [.. Order.Intersect(newer.Order)];
        var state = new Dictionary<string, float[]>();
        newer.Save(state, shared);
        Load(state, shared);
    }

    /// <summary>Forgets what it knows of some parameters.</summary>
    public void Forget(HashSet<Parameter> parameters)
    {
        var numbers = Numbers();
        for (var i = 0; i < Order.Length; i++)
            if (parameters.Contains(Order[i]))
            {
                numbers[i] = initial;
                foreach (var state in states)
                    state.Write(new float[Order[i].Shape.Elements], offsets[i]);
            }
        Group(numbers);
    }

    private float[][] Numbers() => Array.ConvertAll(groupOf, group => made[group].Read());

    // A step count tells the numbers of two parameters apart: all else in them is the optimiser's settings or follows from it.
    private void Group(float[][] numbers)
    {
        var keys = new List<(float Scale, int Step)>();
        for (var i = 0; i < Order.Length; i++)
        {
            var key = (Order[i].RateScale, OptimiserScalars.In(numbers[i].AsSpan()).Step);
            var at = keys.IndexOf(key);
            if (at < 0)
            {
                at = keys.Count;
                keys.Add(key);
                if (at == made.Count)
                    made.Add(new OptimiserGroup(device));
                made[at].Begin(key.RateScale, numbers[i]);
            }
            groupOf[i] = at;
        }
        Groups = keys.Count;
        Version++;
    }

    private static string NumbersName(Parameter parameter) => $"{parameter.Path}#scalars";

    private static string Name(Parameter parameter, int state) => $"{parameter.Path}#{state}";
}
