namespace GpuNN;

/// <summary>Numbers for one input of a function: floats or integers, with a name and a shape where they are known.</summary>
public readonly struct Feed
{
    private Feed(string? name, ReadOnlyMemory<float> floats, ReadOnlyMemory<int> ints, Shape? shape, ElementKind kind)
    {
        Name = name;
        Floats = floats;
        Ints = ints;
        Shape = shape;
        Kind = kind;
        if (shape is { } given && given.Elements != Length)
            throw new ShapeException($"Feed '{name}': needs as many values as its shape {given} has elements, {given.Elements}, but got {Length}.\nPass the values that belong to the shape.");
    }

    /// <summary>The input's name; null feeds the inputs in their order.</summary>
    public string? Name { get; }

    /// <summary>The values, if they are floats.</summary>
    public ReadOnlyMemory<float> Floats { get; }

    /// <summary>The values, if they are integers.</summary>
    public ReadOnlyMemory<int> Ints { get; }

    /// <summary>Their shape; null takes the input's.</summary>
    public Shape? Shape { get; }

    /// <summary>What they are.</summary>
    public ElementKind Kind { get; }

    /// <summary>How many there are.</summary>
    public int Length => Kind == ElementKind.Float ? Floats.Length : Ints.Length;

    /// <summary>Floats for a named input.</summary>
    public static Feed Of(string? name, ReadOnlyMemory<float> values, Shape? shape = null) => new(name, values, default, shape, ElementKind.Float);

    /// <summary>Integers for a named input.</summary>
    public static Feed Of(string? name, ReadOnlyMemory<int> values, Shape? shape = null) => new(name, default, values, shape, ElementKind.Int);

    /// <summary>Floats for the next input.</summary>
    public static implicit operator Feed(float[] values) => Of(null, values);

    /// <summary>Integers for the next input.</summary>
    public static implicit operator Feed(int[] values) => Of(null, values);
}
