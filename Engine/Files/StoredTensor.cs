using System.Runtime.InteropServices;

namespace GpuNN;

/// <summary>A named tensor on its way into a file or out of one; the elements are kept, not copied.</summary>
public sealed class StoredTensor
{
    private readonly ReadOnlyMemory<float> floats;
    private readonly ReadOnlyMemory<int> ints;

    /// <summary>A tensor of floats.</summary>
    /// <exception cref="ShapeException">The number of elements is not the shape's.</exception>
    public StoredTensor(string name, Shape shape, ReadOnlyMemory<float> values) : this(name, shape, ElementKind.Float, values.Length) =>
        floats = values;

    /// <summary>A tensor of integers.</summary>
    /// <exception cref="ShapeException">The number of elements is not the shape's.</exception>
    public StoredTensor(string name, Shape shape, ReadOnlyMemory<int> values) : this(name, shape, ElementKind.Int, values.Length) =>
        ints = values;

    private StoredTensor(string name, Shape shape, ElementKind kind, int length)
    {
        if (shape.Elements != length)
            throw new ShapeException($"Tensor '{name}': needs {shape.Elements:N0} elements for {shape}, but got {length:N0}.\nCheck which of the two is meant.");
        (Name, Shape, Kind) = (name, shape, kind);
    }

    /// <summary>Name in the file.</summary>
    public string Name { get; }

    /// <summary>Shape, row-major.</summary>
    public Shape Shape { get; }

    /// <summary>Whether the elements are floats or integers.</summary>
    public ElementKind Kind { get; }

    /// <summary>The elements of a float tensor.</summary>
    /// <exception cref="InvalidOperationException">It holds integers.</exception>
    public ReadOnlyMemory<float> Floats => Kind == ElementKind.Float ? floats : throw OtherKind("integers, not floats");

    /// <summary>The elements of an integer tensor.</summary>
    /// <exception cref="InvalidOperationException">It holds floats.</exception>
    public ReadOnlyMemory<int> Ints => Kind == ElementKind.Int ? ints : throw OtherKind("floats, not integers");

    internal ReadOnlySpan<byte> Bytes =>
        Kind == ElementKind.Float ? MemoryMarshal.AsBytes(floats.Span) : MemoryMarshal.AsBytes(ints.Span);

    private InvalidOperationException OtherKind(string holds) =>
        new($"Tensor '{Name}' of {Shape} holds {holds}.\nIt may have been stored by a program with another layout.");
}
