namespace GpuNN;

/// <summary>
/// A part of a model: it owns parameters, uses other layers and records its forward pass. It knows no device, no mode and
/// no random generator, and keeps no tensor in a field.
/// </summary>
public abstract partial class Layer
{
    [ThreadStatic]
    private static Layer? recording;

    private readonly List<Parameter> owned = [];
    private readonly List<Parameter> shared = [];
    private readonly List<Layer> used = [];
    private readonly List<string> usedNames = [];
    private string name = "";
    private Layer? parent;
    private int replacements;

    /// <summary>The layer whose forward pass is being recorded through <see cref="Apply"/>, if any.</summary>
    internal static Layer? Recording => recording;

    /// <summary>Records the forward pass.</summary>
    public abstract Tensor Forward(Tensor x);

    /// <summary>Records the forward pass and tells messages and plans that it happens here.</summary>
    public Tensor Apply(Tensor x)
    {
        var outer = recording;
        recording = this;
        try
        {
            var y = Forward(x);
            witness?.Invoke(this, y);
            return y;
        }
        finally
        {
            recording = outer;
        }
    }

    /// <summary>Declares a parameter. Memory comes with the first run, drawn from the seed and the parameter's path.</summary>
    protected Parameter Own(string name, Shape shape, Init init, bool trainable = true) => Own(new Parameter(name, shape, init, trainable) { Owner = this });

    /// <summary>As above, for a parameter of which not the first of two axes, or all but the first of more, come into a unit.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="init">Its initial values.</param>
    /// <param name="incoming">The axes that do, none for what is no weight, or null; see <see cref="Parameter.Incoming"/>.</param>
    /// <param name="trainable">Whether optimisers change it.</param>
    protected Parameter Own(string name, Shape shape, Init init, IReadOnlyList<int>? incoming, bool trainable = true) =>
        Own(new Parameter(name, shape, init, trainable, incoming) { Owner = this });

    private Parameter Own(Parameter parameter)
    {
        if (owned.Any(other => other.LocalName == parameter.LocalName))
            throw new ArgumentException($"{this}: has a parameter '{parameter.LocalName}' already.\nGive each parameter its own name: a checkpoint holds it under it.");
        owned.Add(parameter);
        return parameter;
    }

    /// <summary>
    /// Declares that this layer uses a parameter of another one: one storage, updated once with the sum of the gradients of all its
    /// uses, and saved once under its owner's name.
    /// </summary>
    protected Parameter Share(Parameter parameter)
    {
        shared.Add(parameter);
        return parameter;
    }

    /// <summary>Declares a part. A layer used in two places is one layer: its parameters are shared and saved once.</summary>
    protected T Use<T>(string name, T layer) where T : Layer
    {
        if (usedNames.Contains(name))
            throw new ArgumentException($"{this}: uses a layer '{name}' already.\nGive each part its own name: a checkpoint holds its parameters under it.");
        if (ReferenceEquals(layer, this) || Ancestors().Contains(layer))
            throw new ArgumentException($"{this}: cannot use {layer}, which contains it.\nBuild the inner layer first, then the outer one.");
        used.Add(layer);
        usedNames.Add(name);
        if (layer.parent is null)
            (layer.parent, layer.name) = (this, name);
        return layer;
    }

    /// <summary>Puts another layer in the place of a part, under the part's name. The old one belongs to no model then.</summary>
    protected void Replace(Layer part, Layer by)
    {
        if (!used.Contains(part))
            throw new ArgumentException($"{this}: replaces one of its parts, but {part} is none of them.\nPass a layer of Parts.");
        if (ReferenceEquals(by, this) || Ancestors().Contains(by) || used.Contains(by))
            throw new ArgumentException($"{this}: needs a new layer in place of {part}, but {by} contains it or is a part already.\nBuild a new layer.");
        for (var i = 0; i < used.Count; i++)
            if (used[i] == part)
            {
                used[i] = by;
                if (by.parent is null)
                    (by.parent, by.name) = (this, usedNames[i]);
            }
        if (part.parent == this)
            (part.parent, part.name) = (null, "");
        replacements++;
    }

    /// <summary>
    /// Says while recording that the formula depends on which parts there are: a function that was recorded before a part was replaced is
    /// recorded again.
    /// </summary>
    protected void DependOnParts() => Graph.Recording?.DependOn(this);

    /// <summary>How many times a part was replaced.</summary>
    internal int Replacements => replacements;

    /// <summary>The names from the model down to here, joined by dots; empty for the model itself.</summary>
    public string Path => parent is null ? "" : parent.Path.Length == 0 ? name : $"{parent.Path}.{name}";

    /// <summary>The parts, in the order of their declaration.</summary>
    public IReadOnlyList<Layer> Parts => used;

    /// <summary>All parameters of this layer and its parts, each once, in the order of their declaration; last those that it shares with others.</summary>
    public IReadOnlyList<Parameter> Parameters
    {
        get
        {
            var (all, others) = (new List<Parameter>(), new List<Parameter>());
            Collect(all, others, []);
            return [.. all.Union(others)];
        }
    }

    /// <summary>The parameters that this layer declares itself.</summary>
    public IReadOnlyList<Parameter> OwnParameters => owned;

    /// <summary>Number of trainable numbers, shared ones counted once.</summary>
    public long ParameterCount => Parameters.Where(parameter => parameter.Trainable).Sum(parameter => parameter.Shape.Elements);

    internal Layer Root => parent?.Root ?? this;

    internal string Lineage => parent is null ? ToString()! : $"{string.Join(" > ", LineageNames())} > {this}";

    private IEnumerable<string> LineageNames() =>
        Ancestors().Reverse().Select((layer, i) => i == 0 ? layer.GetType().Name : layer.name).Append(name);

    private IEnumerable<Layer> Ancestors()
    {
        for (var layer = parent; layer is not null; layer = layer.parent)
            yield return layer;
    }

    private void Collect(List<Parameter> all, List<Parameter> others, HashSet<Layer> seen)
    {
        if (!seen.Add(this))
            return;
        all.AddRange(owned);
        others.AddRange(shared);
        foreach (var layer in used)
            layer.Collect(all, others, seen);
    }

    /// <inheritdoc/>
    public override string ToString() => GetType().Name;
}
