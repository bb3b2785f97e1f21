using System.Runtime.InteropServices;

namespace GpuNN.Kernels;

/// <summary>
/// What one call of an emitted micro-kernel works on: C (rows, columns) = start + A (rows, outer * inner) B (outer * inner, columns),
/// or C plus that. Between one outer index and the next A and B may jump, so that one call sums over the places of a window
/// or over several images. The emitted code reads the fields by their place: one machine word each, in this order. Strides are in bytes.
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

    /// <summary>Inner indices side by side, at least 1.</summary>
    public nint Inner;

    /// <summary>How often the inner indices are run through, at least 1.</summary>
    public nint Outer;

    /// <summary>From behind the last inner index of A to the first of the next outer one.</summary>
    public nint JumpOfA;

    /// <summary>From behind the last inner index of B to the first of the next outer one: a number for each outer index but the last.</summary>
    public nint* JumpsOfB;

    /// <summary>What each row's sums begin with.</summary>
    public float* Start;

    /// <summary>1 to add to C, 0 to overwrite it.</summary>
    public nint Accumulate;
}
