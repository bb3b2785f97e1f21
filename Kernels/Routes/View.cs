using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// A run of 4-byte elements in device memory, float or int. Views are values: whoever allocated the block owns it.
/// Every block starts on a 64-byte boundary and its room is rounded up to 16 elements, so that a vector loop over a
/// whole block may read and write past its last element up to that boundary.
/// </summary>
public readonly unsafe struct View
{
    private static int blocks;
    private readonly ArrayView<float> block;
    private readonly long offset;
    private readonly nint address;
    private readonly int padding;
    private readonly int number;

    internal View(ArrayView<float> block, nint address, int padding)
        : this(block, 0, block.Length, address, padding, Interlocked.Increment(ref blocks))
    {
    }

    private View(ArrayView<float> block, long offset, long length, nint address, int padding, int number)
    {
        this.block = block;
        this.offset = offset;
        this.address = address;
        this.padding = padding;
        this.number = number;
        Length = length;
    }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    // Cut when asked for: host kernels slice on every launch and only want the address.
    // ILGPU ends the process over an empty view that starts at its parent's end; where an empty view starts is all one.
    /// <summary>The elements as floats, for a kernel that ILGPU compiles.</summary>
    public ArrayView<float> Floats =>
        Length == block.Length ? block : Length > 0 ? block.SubView(offset, Length) : block.Length > 0 ? block.SubView(0, 0) : block;

    /// <summary>The elements as integers, for a kernel that ILGPU compiles.</summary>
    public ArrayView<int> Ints => Floats.Cast<int>();

    /// <summary>Address of the first element; on the host route only, null elsewhere.</summary>
    public float* Pointer => (float*)address;

    /// <summary>Address of the first element as an integer; on the host route only, null elsewhere.</summary>
    public int* IntPointer => (int*)address;

    /// <summary>Elements of room behind the last one that belong to nobody; 0 for a slice that ends before its block does.</summary>
    internal int Padding => padding;

    /// <summary>Whether the first element stands on a 16-byte boundary, as every fourth of a block does.</summary>
    internal bool StartsAtQuad => offset % Quad.Width == 0;

    /// <summary>Whether another view is the same run of the same memory.</summary>
    public bool SameAs(in View other) => number == other.number && offset == other.offset && Length == other.Length;

    /// <summary>The elements [offset, offset + length).</summary>
    public View Slice(long offset, long length) =>
        (ulong)offset <= (ulong)Length && (ulong)length <= (ulong)(Length - offset)
            ? new(block, this.offset + offset, length, address == 0 ? 0 : address + (nint)(offset * sizeof(float)), offset + length == Length ? padding : 0, number)
            : throw Outside(offset, length);

    private ArgumentOutOfRangeException Outside(long offset, long length) => new(nameof(offset),
        $"A slice of {length:N0} elements from {offset:N0} on leaves its view of {Length:N0} elements. Check the plan's offsets.");
}
