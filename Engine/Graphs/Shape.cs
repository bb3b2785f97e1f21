using System.Collections;
using System.Runtime.CompilerServices;

namespace GpuNN;

/// <summary>
/// The sizes of a tensor's axes, outermost first; rank 0 is a single number. Written as a collection:
/// <c>Shape s = [batch, 784]</c>.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Of))]
public readonly struct Shape : IEquatable<Shape>, IEnumerable<int>
{
    private readonly int[]? sizes;

    private Shape(int[] sizes) => this.sizes = sizes;

    /// <summary>The shape of a single number.</summary>
    public static Shape Scalar => default;

    /// <summary>Number of axes.</summary>
    public int Rank => sizes?.Length ?? 0;

    /// <summary>Number of elements: the product of the sizes, 1 for a single number.</summary>
    public long Elements => Product(Sizes);

    /// <summary>Product of the sizes of the axes before one.</summary>
    public int Before(int axis) => (int)Product(Sizes[..axis]);

    /// <summary>Product of the sizes of some neighbouring axes.</summary>
    public int Along(int first, int count) => (int)Product(Sizes.Slice(first, count));

    /// <summary>Product of the sizes from an axis on.</summary>
    public int From(int axis) => (int)Product(Sizes[Math.Min(axis, Rank)..]);

    private static long Product(ReadOnlySpan<int> sizes)
    {
        long product = 1;
        foreach (var size in sizes)
            product *= size;
        return product;
    }

    /// <summary>All sizes.</summary>
    public ReadOnlySpan<int> Sizes => sizes;

    /// <summary>Size of the last axis; 1 for a single number.</summary>
    public int Last => Rank == 0 ? 1 : sizes![^1];

    /// <summary>Size of one axis; <c>^1</c> is the last.</summary>
    public int this[Index axis] => sizes is null
        ? throw new ArgumentOutOfRangeException(nameof(axis), "A single number has no axes.")
        : sizes[axis];

    /// <summary>A shape of these sizes.</summary>
    /// <exception cref="ShapeException">A size is negative, or the elements do not fit 31 bits.</exception>
    public static Shape Of(params ReadOnlySpan<int> sizes)
    {
        long product = 1;
        foreach (var size in sizes)
        {
            if (size < 0)
                throw new ShapeException($"Shape: needs sizes of 0 or more, but got ({string.Join(", ", sizes.ToArray())}).\nCheck the arithmetic that made the negative size.");
            product *= size;
            if (product > int.MaxValue)
                throw new ShapeException($"Shape: needs fewer than 2^31 elements, but got ({string.Join(", ", sizes.ToArray())}).\nSplit the tensor, or use a smaller batch.");
        }
        return sizes.Length == 0 ? default : new Shape(sizes.ToArray());
    }

    /// <summary>This shape with another axis in front.</summary>
    public Shape Prepend(int size) => Of([size, .. Sizes]);

    /// <summary>This shape without its first axes.</summary>
    public Shape Skip(int axes) => Of(Sizes[Math.Min(axes, Rank)..]);

    /// <summary>This shape with one axis of another size.</summary>
    public Shape With(int axis, int size)
    {
        var copy = Sizes.ToArray();
        copy[axis] = size;
        return Of(copy);
    }

    /// <summary>The axis counted from the front, for one that may count from the back (-1 is the last).</summary>
    public int Axis(int axis) => axis >= -Rank && axis < Rank
        ? axis < 0 ? axis + Rank : axis
        : throw new ShapeException($"Axis {axis} does not exist: the shape {this} has {Rank} axes.\nUse an axis from {-Rank} to {Rank - 1}.");

    /// <summary>
    /// The shape two operands broadcast to: aligned at the last axis, a size of 1 stretches. Null where they do not fit.
    /// </summary>
    public static Shape? Broadcast(Shape a, Shape b)
    {
        if (a == b)
            return a;
        var sizes = new int[Math.Max(a.Rank, b.Rank)];
        for (var back = 1; back <= sizes.Length; back++)
        {
            var left = back <= a.Rank ? a[^back] : 1;
            var right = back <= b.Rank ? b[^back] : 1;
            if (left != right && left != 1 && right != 1)
                return null;
            sizes[^back] = left == 1 ? right : left;
        }
        return Of(sizes);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Sizes.SequenceEqual(other.Sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var size in Sizes)
            hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>Same sizes.</summary>
    public static bool operator ==(Shape a, Shape b) => a.Equals(b);

    /// <summary>Other sizes.</summary>
    public static bool operator !=(Shape a, Shape b) => !a.Equals(b);

    /// <summary>The sizes in parentheses: (32, 784).</summary>
    public override string ToString() => $"({string.Join(", ", sizes ?? [])})";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(sizes ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
