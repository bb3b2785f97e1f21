using GpuNN.Kernels;

namespace GpuNN;

/// <summary>What a run returned. The numbers stay on the device until they are asked for, and until the function runs again.</summary>
public sealed class Results
{
    private readonly Result[] results;

    internal Results(Result[] results) => this.results = results;

    /// <summary>How many there are.</summary>
    public int Count => results.Length;

    /// <summary>By the order in which the function returned them.</summary>
    public Result this[int index] => results[index];

    /// <summary>By the name that <see cref="Tensor.Named"/> gave.</summary>
    public Result this[string name]
    {
        get
        {
            foreach (var result in results)
                if (result.Name == name)
                    return result;
            throw new KeyNotFoundException(
                $"Results: there is no result '{name}', but {(results.Length == 0 ? "none at all" : string.Join(", ", results.Select((result, i) => result.Name ?? $"[{i}]")))}.\nName it with .Named(\"{name}\") where the function returns it.");
        }
    }
}

/// <summary>One tensor that a run returned.</summary>
public sealed class Result
{
    private readonly Route route;
    private readonly View view;
    private readonly Block memory;

    internal Result(Route route, View view, Block memory, Tensor tensor)
    {
        this.route = route;
        this.view = view;
        this.memory = memory;
        Name = tensor.Name;
        Shape = tensor.Shape;
        Kind = tensor.Kind;
    }

    /// <summary>Its name, if it has one.</summary>
    public string? Name { get; }

    /// <summary>Its shape.</summary>
    public Shape Shape { get; }

    /// <summary>What its elements are.</summary>
    public ElementKind Kind { get; }

    /// <summary>The one number it holds.</summary>
    public float Scalar()
    {
        if (Shape.Elements != 1)
            throw new ShapeException($"Scalar: needs a result of one number, but '{Name}' has the shape {Shape}.\nReduce it with Mean() or Sum() where the function returns it, or use ToArray().");
        Span<float> value = [0];
        CopyTo(value);
        return value[0];
    }

    /// <summary>Copies the numbers to the host.</summary>
    public void CopyTo(Span<float> target)
    {
        Check(ElementKind.Float);
        route.CopyOut(view, target);
    }

    /// <summary>Copies integers to the host.</summary>
    public void CopyTo(Span<int> target)
    {
        Check(ElementKind.Int);
        route.CopyOut(view, target);
    }

    /// <summary>The numbers, copied to the host.</summary>
    public float[] ToArray()
    {
        var values = new float[Shape.Elements];
        CopyTo(values);
        return values;
    }

    /// <summary>The integers, copied to the host.</summary>
    public int[] ToIntArray()
    {
        var values = new int[Shape.Elements];
        CopyTo(values);
        return values;
    }

    private void Check(ElementKind wanted)
    {
        if (memory.IsDisposed)
            throw new ObjectDisposedException(nameof(Result), $"Result '{Name}' {Shape} is gone: its device was disposed, or its function has run on too many other shapes since.\nCopy it with ToArray() before.");
        if (Kind != wanted)
            throw new InvalidOperationException($"Result '{Name}' holds {Kind} elements, not {wanted}.\nUse {(Kind == ElementKind.Int ? "ToIntArray()" : "ToArray()")}.");
    }
}
