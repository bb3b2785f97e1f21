using System.Runtime.InteropServices;

namespace GpuNN.Kernels;

/// <summary>
/// What one call of an emitted micro-kernel works on: C (rows, columns) = A (rows, inner) B (inner, columns), or C plus
/// that. The emitted code reads the fields by their place: one machine word each, in this order. Strides are in bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Tile
{
    /// <summary>First element of A.</summary>
    public float* A;

    /// <summary>From one row of A to the next; unused by a kernel whose rows stand side by side.</summary>
    public nint RowOfA;

    /// <summary>From one inner index of A to the next; unused by a kernel whose inner indices stand side by side.</summary>
    public nint StepOfA;

    /// <summary>First element of B.</summary>
    public float* B;

    /// <summary>From one inner index of B to the next.</summary>
    public nint StepOfB;

    /// <summary>First element of C.</summary>
    public float* C;

    /// <summary>From one row of C to the next.</summary>
    public nint RowOfC;

    /// <summary>Length of the sums, at least 1.</summary>
    public nint Inner;

    /// <summary>1 to add to C, 0 to overwrite it.</summary>
    public nint Accumulate;
}
