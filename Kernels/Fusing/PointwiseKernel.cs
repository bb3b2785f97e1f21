using System.Collections.Concurrent;
using System.Reflection;

namespace GpuNN.Kernels;

/// <summary>
/// A compiled pointwise program: per element it reads its leaves once, calls its functions, writes its outputs once, and
/// keeps everything between in registers. An output may be the memory of a Full leaf. Forms are emitted when first used.
/// </summary>
public sealed unsafe class PointwiseKernel
{
    // When a run moves more bytes than this, its outputs go past the caches: they would not be found there again.
    private const long StreamFrom = 32L << 20;

    private static readonly ConcurrentDictionary<string, PointwiseKernel> Compiled = new();

    private readonly PointwiseProgram program;
    private readonly float cost;
    private readonly HostForm?[] hostForms = new HostForm?[6];
    private readonly Lock gate = new();
    private DeviceForm? deviceForm;
    private PointwiseKernel? oneRow;
    private PointwiseKernel? oneColumn;

    private PointwiseKernel(PointwiseProgram program)
    {
        ProgramEmitter.Check(program);
        this.program = program;
        var work = PointwiseCost.Of(program);
        // Nanoseconds at a width of 16: about 0.06 for each operand that passes by, 0.015 for each vector instruction.
        cost = 0.06f * (program.Leaves.Length + program.Outputs.Length) + 0.015f * work.Instructions;
    }

    /// <summary>The program.</summary>
    public PointwiseProgram Program => program;

    /// <summary>The kernel of a program; programs of equal <see cref="PointwiseProgram.Key"/> share one, process-wide.</summary>
    public static PointwiseKernel Compile(PointwiseProgram program) =>
        Compiled.GetOrAdd(program.Key, static (_, program) => new(program), program);

    /// <summary>Runs the program over (outer, inner). Allocates nothing after the first run.</summary>
    /// <param name="route">Where the views live.</param>
    /// <param name="leaves">The operands, as the program lists them.</param>
    /// <param name="constants">The constants' values; any view where the program has none.</param>
    /// <param name="outputs">The results, each of outer * inner elements.</param>
    /// <param name="outer">Number of rows; 0 does nothing.</param>
    /// <param name="inner">Elements in a row; 0 does nothing.</param>
    public void Run(Route route, ReadOnlySpan<View> leaves, View constants, ReadOnlySpan<View> outputs, int outer, int inner)
    {
        if (outer <= 0 || inner <= 0)
            return;
        Check(leaves, constants, outputs, outer, inner);
        var fitting = Fitting(outer, inner);
        if (fitting.program.IsFlat)
            fitting.Launch(route, leaves, constants, outputs, 1, outer * inner);
        else
            fitting.Launch(route, leaves, constants, outputs, outer, inner);
    }

    /// <summary>The kernel that <see cref="Run"/> uses for these sizes: one row or one column is simpler than many.</summary>
    public PointwiseKernel Fitting(int outer, int inner) =>
        program.IsFlat ? this
        : outer == 1 ? oneRow ??= Alike(LeafKind.Row, LeafKind.Column)
        : inner == 1 ? oneColumn ??= Alike(LeafKind.Column, LeafKind.Row)
        : this;

    /// <summary>Compiles kernels ahead of their first run, all together: that is faster than one after the other.</summary>
    public static void Prepare(Route route, IEnumerable<PointwiseKernel> kernels)
    {
        if (route is not HostRoute host)
            return;
        foreach (var kernel in kernels)
            kernel.Host(host.LaneWidth, streaming: false);
        HostEmitter.CompileEmitted();
    }

    /// <summary>
    /// Runs a rectangle on the calling thread of the host, for a kernel that applies the program to numbers in its cache. The
    /// addresses are those of leaves, outputs and constants, in this order: of a Full, Row or output operand that of its first
    /// element, of a Column or Scalar that of its number. Touches no memory outside the rectangle.
    /// </summary>
    /// <param name="at">The addresses.</param>
    /// <param name="n">Elements of a row.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="strides">Bytes from a row to the next, of every leaf and output.</param>
    /// <param name="laneWidth">Floats in a vector, 4, 8 or 16.</param>
    public void RunRows(float** at, int n, int rows, nint* strides, int laneWidth) => Host(laneWidth, streaming: false).Run(at, n, rows, strides);

    /// <summary>The method that ILGPU compiles for the program: for one row of elements, or for rows with operands broadcast over them.</summary>
    public MethodInfo DeviceMethod(bool oneRow) => Device().Kernel(oneRow);

    private DeviceForm Device()
    {
        if (deviceForm is null)
        {
            lock (gate)
                deviceForm ??= DeviceForm.Emit(program);
        }

        return deviceForm;
    }

    private void Launch(Route route, ReadOnlySpan<View> leaves, View constants, ReadOnlySpan<View> outputs, int outer, int inner)
    {
        if (route is not HostRoute host)
        {
            Device().Run((DeviceRoute)route, DeviceOperands.Of(leaves, constants, outputs), outer, inner);
            return;
        }

        var at = stackalloc float*[PointwiseProgram.MostOperands + 1];
        var count = 0;
        foreach (var leaf in leaves)
            at[count++] = leaf.Pointer;
        foreach (var output in outputs)
            at[count++] = output.Pointer;
        at[count] = constants.Pointer;
        var streaming = (long)outer * inner * count * sizeof(float) >= StreamFrom && (outer == 1 || inner % 16 == 0) && MayStream(at, leaves.Length, count);
        Host(host.LaneWidth, streaming).Run(host, at, outer, inner, cost * 16 / host.LaneWidth);
    }

    // A line that a leaf has brought into the cache is better written there.
    private static bool MayStream(float** at, int leaves, int operands)
    {
        for (var output = leaves; output < operands; output++)
        {
            if (((nint)at[output] & 63) != 0)
                return false;
            for (var leaf = 0; leaf < leaves; leaf++)
                if (at[leaf] == at[output])
                    return false;
        }

        return true;
    }

    private HostForm Host(int width, bool streaming)
    {
        var place = (width == 16 ? 2 : width == 8 ? 1 : 0) + (streaming ? 3 : 0);
        if (hostForms[place] is { } known)
            return known;
        lock (gate)
            return hostForms[place] ??= new HostForm(program, width, streaming);
    }

    // With one row (or rows of one element) an operand along it is as good as Full, and one across it is a number.
    private PointwiseKernel Alike(LeafKind along, LeafKind across) =>
        Compile(new PointwiseProgram(
            [.. program.Leaves.Select(leaf => leaf == along ? LeafKind.Full : leaf == across ? LeafKind.Scalar : leaf)],
            program.Constants, program.Lines, program.Outputs));

    private void Check(ReadOnlySpan<View> leaves, View constants, ReadOnlySpan<View> outputs, int outer, int inner)
    {
        var count = (long)outer * inner;
        if (leaves.Length != program.Leaves.Length || outputs.Length != program.Outputs.Length || constants.Length < program.Constants)
        {
            throw new ArgumentException(
                $"This program has {program.Leaves.Length} leaves, {program.Constants} constants and {program.Outputs.Length} outputs, "
                + $"but got {leaves.Length}, {constants.Length} and {outputs.Length}. Pass the views that the program lists.");
        }

        if (count > int.MaxValue)
            throw new ArgumentException($"A pointwise program runs over {int.MaxValue} elements at most, but got {outer} x {inner}. Use smaller pieces.");
        for (var k = 0; k < leaves.Length; k++)
        {
            var wanted = program.Leaves[k] switch
            {
                LeafKind.Full => count,
                LeafKind.Row => inner,
                LeafKind.Column => outer,
                _ => 1,
            };
            if (leaves[k].Length < wanted)
                throw Short($"Leaf {k} ({program.Leaves[k]})", wanted, leaves[k].Length, outer, inner);
        }

        for (var k = 0; k < outputs.Length; k++)
            if (outputs[k].Length < count)
                throw Short($"Output {k}", count, outputs[k].Length, outer, inner);
    }

    private static ArgumentException Short(string operand, long wanted, long got, int outer, int inner) => new(
        $"{operand} over ({outer}, {inner}) needs {wanted} elements, but got {got}. Check the order of the views and the sizes.");
}
