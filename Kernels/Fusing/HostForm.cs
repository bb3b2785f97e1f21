using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// A program's host form at one lane width: an emitted method that runs a row, and the loops around it.
/// The addresses are those of the leaves, then the outputs, then the constants.
/// </summary>
internal abstract unsafe class HostForm
{
    private protected HostForm(delegate*<float**, int, void> rows) => Rows = rows;

    /// <summary>Runs n elements, a multiple of the lane width; all outputs of a vector are stored after its loads.</summary>
    public delegate*<float**, int, void> Rows { get; }

    /// <summary>The form at a width of 4, 8 or 16 floats.</summary>
    /// <param name="program">A checked program.</param>
    /// <param name="width">Floats in a vector.</param>
    /// <param name="streaming">Whether the outputs go past the caches.</param>
    public static HostForm Emit(PointwiseProgram program, int width, bool streaming) => width switch
    {
        16 => new HostForm<Lane512>(program, streaming),
        8 => new HostForm<Lane256>(program, streaming),
        4 => new HostForm<Lane128>(program, streaming),
        _ => throw new ArgumentOutOfRangeException(nameof(width), width, "A host lane is 4, 8 or 16 floats wide. Pass the route's LaneWidth."),
    };

    /// <summary>Runs n elements, any number.</summary>
    public abstract void RunRow(float** at, int n);

    /// <summary>Runs all rows of (outer, inner) on the route's threads; an outer size of 1 is cut within the row.</summary>
    public abstract void Run(HostRoute route, float** at, int outer, int inner, float cost);
}

internal sealed unsafe class HostForm<T> : HostForm where T : struct, IHostLane<T>
{
    // Cuts of one long row fall on multiples of this, so that no two threads share a line.
    private const int Grain = 1024;

    private readonly LeafKind[] leaves;
    private readonly int operands;
    private readonly bool streaming;

    public HostForm(PointwiseProgram program, bool streaming) : base(Emit(program, streaming))
    {
        leaves = program.Leaves;
        operands = program.Leaves.Length + program.Outputs.Length;
        this.streaming = streaming;
    }

    public override void RunRow(float** at, int n)
    {
        var vectors = stackalloc bool[operands];
        for (var k = 0; k < operands; k++)
            vectors[k] = IsVector(k);
        new RowJob<T>(Rows, at, vectors, leaves.Length, operands, streaming).Run(0, n);
    }

    public override void Run(HostRoute route, float** at, int outer, int inner, float cost)
    {
        var vectors = stackalloc bool[operands];
        var strides = stackalloc nint[operands];
        for (var k = 0; k < operands; k++)
        {
            vectors[k] = IsVector(k);
            strides[k] = k >= leaves.Length || leaves[k] == LeafKind.Full ? inner : leaves[k] == LeafKind.Column ? 1 : 0;
        }

        var row = new RowJob<T>(Rows, at, vectors, leaves.Length, operands, streaming);
        if (outer == 1)
            route.Split(inner, Grain, row, cost);
        else
            route.Split(outer, Math.Max(1, 16 / inner), new RowsJob<T>(row, strides, inner), cost * inner);
    }

    private bool IsVector(int operand) => operand >= leaves.Length || leaves[operand] is LeafKind.Full or LeafKind.Row;

    private static delegate*<float**, int, void> Emit(PointwiseProgram program, bool streaming)
    {
        lock (ProgramEmitter.Gate)
        {
            var type = ProgramEmitter.NewType("Host", TypeAttributes.Abstract, typeof(object));
            var method = type.DefineMethod(nameof(Rows), MethodAttributes.Public | MethodAttributes.Static, typeof(void), [typeof(float**), typeof(int)]);
            method.SetImplementationFlags(MethodImplAttributes.AggressiveOptimization);
            Body(method.GetILGenerator(), program, streaming);
            var built = type.CreateType().GetMethod(nameof(Rows))!;
            return (delegate*<float**, int, void>)built.MethodHandle.GetFunctionPointer();
        }
    }

    private static void Body(ILGenerator il, PointwiseProgram program, bool streaming)
    {
        var lane = typeof(T);
        var constant = Method(nameof(Lane128.Constant));
        var pointers = new List<LocalBuilder?>();
        var values = new List<LocalBuilder>();
        var operands = program.Leaves.Length + program.Outputs.Length;
        for (var k = 0; k < operands; k++)
        {
            if (k < program.Leaves.Length)
                values.Add(il.DeclareLocal(lane));
            Address(k);
            if (k < program.Leaves.Length && program.Leaves[k] is LeafKind.Column or LeafKind.Scalar)
            {
                il.Emit(OpCodes.Ldind_R4);
                il.Emit(OpCodes.Call, constant);
                il.Emit(OpCodes.Stloc, values[k]);
                pointers.Add(null);
            }
            else
            {
                pointers.Add(il.DeclareLocal(typeof(float*)));
                il.Emit(OpCodes.Stloc, pointers[k]!);
            }
        }

        for (var k = 0; k < program.Constants; k++)
        {
            Address(operands);
            il.Emit(OpCodes.Ldc_I4, k * sizeof(float));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_R4);
            il.Emit(OpCodes.Call, constant);
            values.Add(il.DeclareLocal(lane));
            il.Emit(OpCodes.Stloc, values[^1]);
        }

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
        for (var k = 0; k < program.Leaves.Length; k++)
        {
            if (pointers[k] is null)
                continue;
            Running(k);
            il.Emit(OpCodes.Call, Method(nameof(Lane128.Load)));
            il.Emit(OpCodes.Stloc, values[k]);
        }

        ProgramEmitter.Lines(il, program, lane, values);
        for (var k = program.Leaves.Length; k < operands; k++)
        {
            Running(k);
            il.Emit(OpCodes.Ldloc, values[program.Outputs[k - program.Leaves.Length]]);
            il.Emit(OpCodes.Call, Method(streaming ? nameof(Lane128.StoreStreaming) : nameof(Lane128.Store)));
        }

        il.Emit(OpCodes.Ldloc, offset);
        il.Emit(OpCodes.Ldc_I4, T.Width * sizeof(float));
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, offset);
        il.MarkLabel(check);
        il.Emit(OpCodes.Ldloc, offset);
        il.Emit(OpCodes.Ldloc, end);
        il.Emit(OpCodes.Blt, body);
        il.Emit(OpCodes.Ret);

        void Address(int operand)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, operand * sizeof(float*));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
        }

        void Running(int operand)
        {
            il.Emit(OpCodes.Ldloc, pointers[operand]!);
            il.Emit(OpCodes.Ldloc, offset);
            il.Emit(OpCodes.Add);
        }
    }

    private static MethodInfo Method(string name) => typeof(T).GetMethod(name)!;
}
