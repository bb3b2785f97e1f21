using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// An optimiser's state for some parameters on one device, in the parameters' own layout: flat, each at a multiple of 16
/// elements, those with weight decay first.
/// </summary>
internal sealed class OptimiserSlab
{
    private readonly View[] states;
    private readonly long[] offsets;
    private float pushedRate = float.NaN;
    private float[][]? home;

    public OptimiserSlab(Device device, Parameter[] order, int states, float[] scalars)
    {
        Device = device;
        Order = order;
        offsets = new long[order.Length + 1];
        for (var i = 0; i < order.Length; i++)
            offsets[i + 1] = offsets[i] + ParameterStore.Room(order[i].Shape.Elements);
        this.states = [.. Enumerable.Range(0, states).Select(_ => device.Keep(Elements))];
        Scalars = device.Keep(scalars.Length);
        device.Route.CopyIn(scalars, Scalars);
        Segments = device.Keep(2 * order.Length);
        device.Route.CopyIn(order.SelectMany((parameter, i) => new[] { (int)offsets[i], (int)parameter.Shape.Elements }).ToArray(), Segments);
        ClipWorkspace = device.Keep(ClipKernels.Workspace(order.Length));
        device.Closing += () => home = [Values(Scalars), .. this.states.Select(Values)];
    }

    public Device Device { get; }

    public Parameter[] Order { get; }

    public View Scalars { get; }

    public View Segments { get; }

    public View ClipWorkspace { get; }

    public long Elements => offsets[^1];

    /// <summary>Where a parameter's elements begin.</summary>
    public long Offset(int parameter) => offsets[parameter];

    /// <summary>A run of a state; empty where the rule has no such state.</summary>
    public View State(int index, long offset, long length) => index < states.Length ? states[index].Slice(offset, length) : default;

    /// <summary>Writes the learning rate if it changed.</summary>
    public void PushRate(float rate)
    {
        if (rate == pushedRate)
            return;
        Device.Route.CopyIn([rate], OptimiserScalars.LearningRateIn(Scalars));
        pushedRate = rate;
    }

    /// <summary>Norm of all gradients in the last step, before clipping.</summary>
    public float GradientNorm
    {
        get
        {
            Span<float> floats = stackalloc float[OptimiserScalars.Count];
            if (home is null)
                Device.Route.CopyOut(Scalars, floats);
            else
                home[0].CopyTo(floats);
            return OptimiserScalars.In(floats).GradientNorm;
        }
    }

    /// <summary>Under which names its state is saved.</summary>
    public IEnumerable<string> Names => Enumerable.Range(0, Order.Length * states.Length)
        .Select(i => Name(i / states.Length, i % states.Length)).Prepend(ScalarsName);

    /// <summary>Adds what it knows of some parameters.</summary>
    public void Save(Dictionary<string, float[]> state, IReadOnlyList<Parameter> wanted)
    {
        if (wanted.Contains(Order[0]))
            state[ScalarsName] = home is null ? Values(Scalars) : [.. home[0]];
        for (var i = 0; i < Order.Length; i++)
            for (var s = 0; s < states.Length && wanted.Contains(Order[i]); s++)
                state[Name(i, s)] = home is null
                    ? Values(states[s].Slice(offsets[i], Order[i].Shape.Elements))
                    : home[s + 1].AsSpan((int)offsets[i], (int)Order[i].Shape.Elements).ToArray();
    }

    /// <summary>Takes over what is known of some parameters.</summary>
    public void Load(IReadOnlyDictionary<string, float[]> state, IReadOnlyList<Parameter> wanted)
    {
        if (wanted.Contains(Order[0]) && state.TryGetValue(ScalarsName, out var scalars) && scalars.Length == Scalars.Length)
        {
            Put(scalars, Scalars, 0, 0);
            pushedRate = float.NaN;
        }
        for (var i = 0; i < Order.Length; i++)
            for (var s = 0; s < states.Length && wanted.Contains(Order[i]); s++)
                if (state.TryGetValue(Name(i, s), out var values))
                    Put(values.Length == Order[i].Shape.Elements ? values : throw new ShapeException(
                        $"Optimiser state '{Name(i, s)}': needs {Order[i].Shape.Elements} values, but the checkpoint has {values.Length}.\nThe checkpoint belongs to a model of other sizes."),
                        states[s], s + 1, offsets[i]);
    }

    private void Put(float[] values, View memory, int place, long offset)
    {
        if (home is null)
            Device.Route.CopyIn(values, memory.Slice(offset, values.Length));
        else
            values.CopyTo(home[place], offset);
    }

    // One optimiser may step several models: the first parameter tells their scalars apart.
    private string ScalarsName => $"{Order[0].Path}#scalars";

    private string Name(int parameter, int state) => $"{Order[parameter].Path}#{state}";

    private float[] Values(View view)
    {
        var values = new float[view.Length];
        Device.Route.CopyOut(view, values);
        return values;
    }
}
