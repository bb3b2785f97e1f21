using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GpuNN.Kernels;

/// <summary>
/// Emits the host methods of a program. Each runs a rectangle: numbers that do not change are read before the loops, those of
/// a row before its elements, the others at a running offset. The addresses behind those of leaves, outputs and constants are scratch rows.
/// </summary>
internal static unsafe class HostEmitter
{
    private const string Name = "Run";
    private static readonly ConcurrentQueue<RuntimeMethodHandle> Emitted = new();
    private static readonly Type[] Signature = [typeof(float**), typeof(int), typeof(int), typeof(nint*)];

    /// <summary>The method of a program at one lane width; its arguments are those of <see cref="HostForm.Run(float**, int, int, nint*)"/>.</summary>
    /// <param name="program">A checked program.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="width">Its floats.</param>
    /// <param name="stores">How results are stored; a part is fewer elements than the lane has, everything else whole lanes.</param>
    public static delegate*<float**, int, int, nint*, void> Emit(PointwiseProgram program, Type lane, int width, HostStores stores)
    {
        lock (ProgramEmitter.Gate)
        {
            var form = new Form(program, lane, width, stores);
            var (parts, scratch, rows) = ProgramPart.Cut(program);
            if (parts.Length == 1)
                return (delegate*<float**, int, int, nint*, void>)Method(il => Loops(il, form, parts[0], scratch));

            // Lives as long as the process, like the code that points to it.
            var table = (nint*)NativeMemory.Alloc((nuint)parts.Length, (nuint)sizeof(nint));
            for (var k = 0; k < parts.Length; k++)
                table[k] = Method(il => Loops(il, form, parts[k], scratch));
            return (delegate*<float**, int, int, nint*, void>)Method(il => Calls(il, program, (nint)table, parts.Length, rows));
        }
    }

    /// <summary>Whether an operand has one number for each inner position.</summary>
    public static bool Advances(PointwiseProgram program, int operand) =>
        operand >= program.Leaves.Length || program.Leaves[operand] is LeafKind.Full or LeafKind.Row;

    private static nint Method(Action<ILGenerator> body)
    {
        var type = ProgramEmitter.NewType("Host", TypeAttributes.Abstract, typeof(object));
        var method = type.DefineMethod(Name, MethodAttributes.Public | MethodAttributes.Static, typeof(void), Signature);
        method.SetImplementationFlags(MethodImplAttributes.AggressiveOptimization);
        body(method.GetILGenerator());
        var handle = type.CreateType().GetMethod(Name)!.MethodHandle;
        Emitted.Enqueue(handle);
        return handle.GetFunctionPointer();
    }

    /// <summary>Has the JIT compile what was emitted so far, on all processors: most of a new program's cost is there.</summary>
    public static void CompileEmitted()
    {
        var waiting = new List<RuntimeMethodHandle>();
        while (Emitted.TryDequeue(out var handle))
            waiting.Add(handle);
        if (waiting.Count == 1)
            RuntimeHelpers.PrepareMethod(waiting[0]);
        else if (waiting.Count > 1)
            Parallel.ForEach(waiting, RuntimeHelpers.PrepareMethod);
    }

    private static void Calls(ILGenerator il, PointwiseProgram program, nint table, int parts, int rows)
    {
        var operands = program.Leaves.Length + program.Outputs.Length;
        var vectors = Enumerable.Range(0, operands).Sum(k => Advances(program, k) ? 1 << k : 0);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Ldc_I8, (long)table);
        il.Emit(OpCodes.Conv_I);
        foreach (var number in (int[])[parts, operands, vectors, rows])
            il.Emit(OpCodes.Ldc_I4, number);
        il.Emit(OpCodes.Call, typeof(FusedParts).GetMethod(nameof(FusedParts.Run))!);
        il.Emit(OpCodes.Ret);
    }

    private static void Loops(ILGenerator il, Form form, ProgramPart part, Dictionary<int, int> scratch)
    {
        var (program, lane, width, stores) = form;
        var (leaves, operands) = (program.Leaves.Length, program.Leaves.Length + program.Outputs.Length);
        var firstLine = leaves + program.Constants;
        var values = new Dictionary<int, LocalBuilder>();
        var running = new SortedDictionary<int, LocalBuilder>();

        foreach (var value in part.Reads)
        {
            values[value] = il.DeclareLocal(lane);
            if (value >= firstLine)
                Point(operands + 1 + scratch[value]);
            else if (value < leaves && program.Leaves[value] != LeafKind.Scalar)
                Point(value);
            else
                Broadcast(value, () => Argument(value < leaves ? value : operands), value < leaves ? 0 : value - leaves);
        }

        foreach (var output in part.Outputs)
            Point(leaves + output);
        foreach (var value in part.Kept)
            Point(operands + 1 + scratch[value]);

        var left = il.DeclareLocal(typeof(int));
        var nextRow = il.DefineLabel();
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Stloc, left);
        il.MarkLabel(nextRow);
        foreach (var value in part.Reads)
            if (value < leaves && program.Leaves[value] == LeafKind.Column)
                Broadcast(value, () => il.Emit(OpCodes.Ldloc, running[value]), 0);
        if (stores == HostStores.Part)
            Elements(null);
        else
            Row();
        foreach (var (place, pointer) in running)
            if (place < operands)
                Step(place, pointer);
        il.Emit(OpCodes.Ldloc, left);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Stloc, left);
        il.Emit(OpCodes.Ldloc, left);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Bgt, nextRow);
        il.Emit(OpCodes.Ret);

        // One running offset in bytes serves all pointers.
        void Row()
        {
            var offset = il.DeclareLocal(typeof(nint));
            var end = il.DeclareLocal(typeof(nint));
            var (body, check) = (il.DefineLabel(), il.DefineLabel());
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Stloc, offset);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Ldc_I4, sizeof(float));
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Stloc, end);
            il.Emit(OpCodes.Br, check);
            il.MarkLabel(body);
            Elements(offset);
            il.Emit(OpCodes.Ldloc, offset);
            il.Emit(OpCodes.Ldc_I4, width * sizeof(float));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, offset);
            il.MarkLabel(check);
            il.Emit(OpCodes.Ldloc, offset);
            il.Emit(OpCodes.Ldloc, end);
            il.Emit(OpCodes.Blt, body);
        }

        // Scratch rows are whole lanes, whatever the operands are.
        void Elements(LocalBuilder? offset)
        {
            foreach (var value in part.Reads)
            {
                var kept = value >= firstLine;
                if (!kept && !(value < leaves && Advances(program, value)))
                    continue;
                Address(kept ? operands + 1 + scratch[value] : value, offset);
                if (stores == HostStores.Part && !kept)
                {
                    il.Emit(OpCodes.Ldarg_1);
                    il.Emit(OpCodes.Ldc_R4, 1f);
                    Call(nameof(Lane128.LoadPart));
                }
                else
                {
                    Call(nameof(Lane128.Load));
                }
                il.Emit(OpCodes.Stloc, values[value]);
            }

            for (var line = part.First; line < part.Last; line++)
                values[firstLine + line] = ProgramEmitter.Line(il, program.Lines[line], lane, values);
            foreach (var value in part.Kept)
            {
                Address(operands + 1 + scratch[value], offset);
                il.Emit(OpCodes.Ldloc, values[value]);
                Call(nameof(Lane128.Store));
            }

            foreach (var output in part.Outputs)
            {
                Address(leaves + output, offset);
                il.Emit(OpCodes.Ldloc, values[program.Outputs[output]]);
                if (stores == HostStores.Part)
                    il.Emit(OpCodes.Ldarg_1);
                Call(stores switch
                {
                    HostStores.Part => nameof(Lane128.StorePart),
                    HostStores.Streaming => nameof(Lane128.StoreStreaming),
                    _ => nameof(Lane128.Store),
                });
            }
        }

        void Broadcast(int value, Action address, int place)
        {
            address();
            il.Emit(OpCodes.Ldc_I4, place * sizeof(float));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_R4);
            Call(nameof(Lane128.Constant));
            il.Emit(OpCodes.Stloc, values[value]);
        }

        void Point(int place)
        {
            if (running.ContainsKey(place))
                return;
            running[place] = il.DeclareLocal(typeof(float*));
            Argument(place);
            il.Emit(OpCodes.Stloc, running[place]);
        }

        void Argument(int place)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, place * sizeof(float*));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
        }

        void Step(int place, LocalBuilder pointer)
        {
            il.Emit(OpCodes.Ldloc, pointer);
            il.Emit(OpCodes.Ldarg_3);
            il.Emit(OpCodes.Ldc_I4, place * sizeof(nint));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, pointer);
        }

        void Address(int place, LocalBuilder? offset)
        {
            il.Emit(OpCodes.Ldloc, running[place]);
            if (offset is null)
                return;
            il.Emit(OpCodes.Ldloc, offset);
            il.Emit(OpCodes.Add);
        }

        void Call(string name) => il.Emit(OpCodes.Call, lane.GetMethod(name)!);
    }

    private readonly record struct Form(PointwiseProgram Program, Type Lane, int Width, HostStores Stores);
}
