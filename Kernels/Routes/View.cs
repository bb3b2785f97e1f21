using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// A run of 4-byte elements in device memory, float or int. Views are values: whoever allocated the block owns it.
/// Every block starts on a 64-byte boundary and its room is rounded up to 16 elements, so that a vector loop over a
/// whole block may read and write past its last element up to that boundary.
/// </summary>
public readonly unsafe struct View
{
    private static long blocks;
    private readonly ArrayView<float> floats;
    private readonly nint address;
    private readonly int padding;
    private readonly long place;

    internal View(ArrayView<float> floats, nint address, int padding)
        : this(floats, address, padding, Interlocked.Add(ref blocks, 1) << 36)
    {
    }

    private View(ArrayView<float> floats, nint address, int padding, long place)
    {
        this.floats = floats;
        this.address = address;
        this.padding = padding;
        this.place = place;
    }

    /// <summary>Number of elements.</summary>
    public long Length => floats.Length;

    /// <summary>The elements as floats, for a kernel that ILGPU compiles.</summary>
    public ArrayView<float> Floats => floats;

    /// <summary>The elements as integers, for a kernel that ILGPU compiles.</summary>
    public ArrayView<int> Ints => floats.Cast<int>();

    /// <summary>Address of the first element; on the host route only, null elsewhere.</summary>
    public float* Pointer => (float*)address;

    /// <summary>Address of the first element as an integer; on the host route only, null elsewhere.</summary>
    public int* IntPointer => (int*)address;

    /// <summary>Elements of room behind the last one that belong to nobody; 0 for a slice that ends before its block does.</summary>
    internal int Padding => padding;

    /// <summary>Whether another view is the same run of the same memory.</summary>
    public bool SameAs(View other) => place == other.place && Length == other.Length;

    /// <summary>The elements [offset, offset + length).</summary>
    public View Slice(long offset, long length)
    {
        if ((ulong)offset > (ulong)Length || (ulong)length > (ulong)(Length - offset))
            throw new ArgumentOutOfRangeException(nameof(offset), $"A slice of {length:N0} elements from {offset:N0} on leaves its view of {Length:N0} elements. Check the plan's offsets.");
        // ILGPU ends the process over an empty view that starts at its parent's end; where an empty view starts is all one.
        var part = length > 0 ? floats.SubView(offset, length) : Length > 0 ? floats.SubView(0, 0) : floats;
        return new(part, address == 0 ? 0 : address + (nint)(offset * sizeof(float)), offset + length == Length ? padding : 0, place + offset);
    }
}
