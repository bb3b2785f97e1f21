using System.Reflection;
using ILGPU;

namespace GpuNN.Kernels;

/// <summary>
/// The operands of a fused kernel on a device: leaves, then outputs; a place that is not used repeats the first.
/// A device kernel takes no array, hence a field each.
/// </summary>
public struct DeviceOperands
{
    /// <summary>Operand 0.</summary>
    public ArrayView<float> At0;

    /// <summary>Operand 1.</summary>
    public ArrayView<float> At1;

    /// <summary>Operand 2.</summary>
    public ArrayView<float> At2;

    /// <summary>Operand 3.</summary>
    public ArrayView<float> At3;

    /// <summary>Operand 4.</summary>
    public ArrayView<float> At4;

    /// <summary>Operand 5.</summary>
    public ArrayView<float> At5;

    /// <summary>Operand 6.</summary>
    public ArrayView<float> At6;

    /// <summary>Operand 7.</summary>
    public ArrayView<float> At7;

    /// <summary>Operand 8.</summary>
    public ArrayView<float> At8;

    /// <summary>Operand 9.</summary>
    public ArrayView<float> At9;

    /// <summary>Operand 10.</summary>
    public ArrayView<float> At10;

    /// <summary>Operand 11.</summary>
    public ArrayView<float> At11;

    /// <summary>Operand 12.</summary>
    public ArrayView<float> At12;

    /// <summary>Operand 13.</summary>
    public ArrayView<float> At13;

    /// <summary>Operand 14.</summary>
    public ArrayView<float> At14;

    /// <summary>Operand 15.</summary>
    public ArrayView<float> At15;

    /// <summary>The program's constants.</summary>
    public ArrayView<float> Constants;

    internal static FieldInfo[] Fields { get; } =
        [.. Enumerable.Range(0, PointwiseProgram.MostOperands).Select(k => typeof(DeviceOperands).GetField($"At{k}")!),
            typeof(DeviceOperands).GetField(nameof(Constants))!];

    /// <summary>One element as a lane.</summary>
    public static ScalarLane Read(ArrayView<float> view, int index) => new(view[index]);

    /// <summary>Stores a lane.</summary>
    public static void Write(ArrayView<float> view, int index, ScalarLane value) => view[index] = value.Value;

    internal static DeviceOperands Of(ReadOnlySpan<View> leaves, View constants, ReadOnlySpan<View> outputs)
    {
        var first = leaves.Length > 0 ? leaves[0].Floats : outputs[0].Floats;
        return new DeviceOperands
        {
            At0 = Place(leaves, outputs, 0, first),
            At1 = Place(leaves, outputs, 1, first),
            At2 = Place(leaves, outputs, 2, first),
            At3 = Place(leaves, outputs, 3, first),
            At4 = Place(leaves, outputs, 4, first),
            At5 = Place(leaves, outputs, 5, first),
            At6 = Place(leaves, outputs, 6, first),
            At7 = Place(leaves, outputs, 7, first),
            At8 = Place(leaves, outputs, 8, first),
            At9 = Place(leaves, outputs, 9, first),
            At10 = Place(leaves, outputs, 10, first),
            At11 = Place(leaves, outputs, 11, first),
            At12 = Place(leaves, outputs, 12, first),
            At13 = Place(leaves, outputs, 13, first),
            At14 = Place(leaves, outputs, 14, first),
            At15 = Place(leaves, outputs, 15, first),
            Constants = constants.Length > 0 ? constants.Floats : first,
        };
    }

    private static ArrayView<float> Place(ReadOnlySpan<View> leaves, ReadOnlySpan<View> outputs, int k, ArrayView<float> first) =>
        k < leaves.Length ? leaves[k].Floats : k - leaves.Length < outputs.Length ? outputs[k - leaves.Length].Floats : first;
}
