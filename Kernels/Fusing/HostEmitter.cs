using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;

namespace GpuNN.Kernels;

/// <summary>
/// Emits the host method of a program: leaves that do not advance and constants are read before the loop, the others at a
/// running offset. The addresses behind those of leaves, outputs and constants are scratch rows.
/// </summary>
internal static unsafe class HostEmitter
{
    private const string Name = "Rows";
    private static readonly Type[] Signature = [typeof(float**), typeof(int)];

    public static delegate*<float**, int, void> Emit(PointwiseProgram program, Type lane, int width, bool streaming)
    {
        lock (ProgramEmitter.Gate)
        {
            var (parts, scratch, rows) = ProgramPart.Cut(program);
            if (parts.Length == 1)
                return (delegate*<float**, int, void>)Method(il => Loop(il, new(program, lane, width, streaming), parts[0], scratch));

            // Lives as long as the process, like the code that points to it.
            var table = (nint*)NativeMemory.Alloc((nuint)parts.Length, (nuint)sizeof(nint));
            for (var k = 0; k < parts.Length; k++)
                table[k] = Method(il => Loop(il, new(program, lane, width, streaming), parts[k], scratch));
            return (delegate*<float**, int, void>)Method(il => Calls(il, program, (nint)table, parts.Length, rows));
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
        return type.CreateType().GetMethod(Name)!.MethodHandle.GetFunctionPointer();
    }

    private static void Calls(ILGenerator il, PointwiseProgram program, nint table, int parts, int rows)
    {
        var operands = program.Leaves.Length + program.Outputs.Length;
        var vectors = Enumerable.Range(0, operands).Sum(k => Advances(program, k) ? 1 << k : 0);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldc_I8, (long)table);
        il.Emit(OpCodes.Conv_I);
        foreach (var number in (int[])[parts, operands, vectors, rows])
            il.Emit(OpCodes.Ldc_I4, number);
        il.Emit(OpCodes.Call, typeof(FusedParts).GetMethod(nameof(FusedParts.Run))!);
        il.Emit(OpCodes.Ret);
    }

    private static void Loop(ILGenerator il, Form form, ProgramPart part, Dictionary<int, int> scratch)
    {
        var (program, lane, width, streaming) = form;
        var (leaves, operands) = (program.Leaves.Length, program.Leaves.Length + program.Outputs.Length);
        var firstLine = leaves + program.Constants;
        var values = new Dictionary<int, LocalBuilder>();
        var running = new Dictionary<int, LocalBuilder>();

        foreach (var value in part.Reads)
        {
            values[value] = il.DeclareLocal(lane);
            if (value >= firstLine)
                Point(operands + 1 + scratch[value]);
            else if (value < leaves && Advances(program, value))
                Point(value);
            else
                Broadcast(value);
        }

        foreach (var output in part.Outputs)
            Point(leaves + output);
        foreach (var value in part.Kept)
            Point(operands + 1 + scratch[value]);

        // One running offset in bytes serves all pointers.
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
        foreach (var value in part.Reads)
        {
            if (value >= firstLine)
                Address(operands + 1 + scratch[value]);
            else if (value < leaves && Advances(program, value))
                Address(value);
            else
                continue;
            Call(nameof(Lane128.Load));
            il.Emit(OpCodes.Stloc, values[value]);
        }

        for (var line = part.First; line < part.Last; line++)
            values[firstLine + line] = ProgramEmitter.Line(il, program.Lines[line], lane, values);
        foreach (var value in part.Kept)
        {
            Address(operands + 1 + scratch[value]);
            il.Emit(OpCodes.Ldloc, values[value]);
            Call(nameof(Lane128.Store));
        }

        foreach (var output in part.Outputs)
        {
            Address(leaves + output);
            il.Emit(OpCodes.Ldloc, values[program.Outputs[output]]);
            Call(streaming ? nameof(Lane128.StoreStreaming) : nameof(Lane128.Store));
        }

        il.Emit(OpCodes.Ldloc, offset);
        il.Emit(OpCodes.Ldc_I4, width * sizeof(float));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, offset);
        il.MarkLabel(check);
        il.Emit(OpCodes.Ldloc, offset);
        il.Emit(OpCodes.Ldloc, end);
        il.Emit(OpCodes.Blt, body);
        il.Emit(OpCodes.Ret);

        void Broadcast(int value)
        {
            Argument(value < leaves ? value : operands);
            if (value >= leaves)
            {
                il.Emit(OpCodes.Ldc_I4, (value - leaves) * sizeof(float));
                il.Emit(OpCodes.Add);
            }

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

        void Address(int place)
        {
            il.Emit(OpCodes.Ldloc, running[place]);
            il.Emit(OpCodes.Ldloc, offset);
            il.Emit(OpCodes.Add);
        }

        void Call(string name) => il.Emit(OpCodes.Call, lane.GetMethod(name)!);
    }

    private readonly record struct Form(PointwiseProgram Program, Type Lane, int Width, bool Streaming);
}
