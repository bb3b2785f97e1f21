using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>
/// Writes the micro-kernels of the host's matrix product: a tile of rows x vectors accumulators that stay in registers
/// over the whole inner loop, one multiply-add each an inner index, in order. One emitter serves every tile size and
/// vector width, where C# would need each unrolled by hand.
/// </summary>
internal static unsafe class TileEmitter
{
    private const int RowsAPointer = 3;

    // Inner indices a turn of the loop. A core that is shared with another's thread has no decoding to spare for counting and addressing.
    private const int Unrolled = 4;
    private const int CacheLine = 64;

    private static readonly ModuleBuilder Module = AssemblyBuilder
        .DefineDynamicAssembly(new AssemblyName("GpuNN.Kernels.Tiles"), AssemblyBuilderAccess.Run).DefineDynamicModule("Tiles");

    /// <summary>
    /// Compiles the micro-kernel of a tile size.
    /// </summary>
    /// <param name="lanes">Floats a vector: 16, 8 or 4.</param>
    /// <param name="rows">Rows of the tile.</param>
    /// <param name="vectors">Vectors across the tile.</param>
    /// <param name="panel">Whether the rows of A stand side by side (a packed or transposed A) and not its inner indices.</param>
    public static delegate*<Tile*, void> Emit(int lanes, int rows, int vectors, bool panel)
    {
        var name = $"Tile{rows}x{vectors * lanes}{(panel ? "Panel" : "Rows")}Of{lanes}";
        var type = Module.DefineType(name, TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        var method = type.DefineMethod("Run", MethodAttributes.Public | MethodAttributes.Static, typeof(void), [typeof(nint)]);
        method.SetImplementationFlags(MethodImplAttributes.AggressiveOptimization);
        new Writer(method.GetILGenerator(), lanes, rows, vectors, panel).Write();
        var handle = type.CreateType().GetMethod("Run")!.MethodHandle;
        RuntimeHelpers.PrepareMethod(handle);
        return (delegate*<Tile*, void>)handle.GetFunctionPointer();
    }

    private sealed class Writer
    {
        private readonly ILGenerator il;
        private readonly int rows;
        private readonly int vectors;
        private readonly bool panel;
        private readonly int bytes;
        private readonly Type vector;
        private readonly MethodInfo load;
        private readonly MethodInfo store;
        private readonly MethodInfo broadcast;
        private readonly MethodInfo multiplyAdd;
        private readonly MethodInfo add;

        public Writer(ILGenerator il, int lanes, int rows, int vectors, bool panel)
        {
            this.il = il;
            this.rows = rows;
            this.vectors = vectors;
            this.panel = panel;
            bytes = lanes * sizeof(float);
            var (open, tools) = lanes switch
            {
                16 => (typeof(Vector512<>), typeof(Vector512)),
                8 => (typeof(Vector256<>), typeof(Vector256)),
                _ => (typeof(Vector128<>), typeof(Vector128)),
            };
            vector = open.MakeGenericType(typeof(float));
            load = Generic(tools, "Load");
            store = Generic(tools, "Store");
            broadcast = tools.GetMethod("Create", [typeof(float)])!;
            multiplyAdd = tools.GetMethod("MultiplyAddEstimate", [vector, vector, vector])!;
            add = vector.GetMethod("op_Addition", [vector, vector])!;
        }

        private static MethodInfo Generic(Type tools, string name) => tools.GetMethods()
            .Single(method => method.Name == name && method.IsGenericMethodDefinition).MakeGenericMethod(typeof(float));

        public void Write()
        {
            var stepOfA = Field(nameof(Tile.StepOfA));
            var rowOfA = Field(nameof(Tile.RowOfA));
            var b = Field(nameof(Tile.B));
            var stepOfB = Field(nameof(Tile.StepOfB));
            var c = Field(nameof(Tile.C));
            var rowOfC = Field(nameof(Tile.RowOfC));
            var left = il.DeclareLocal(typeof(nint));
            var turns = Field(nameof(Tile.Outer));
            var jumps = Field(nameof(Tile.JumpsOfB));
            var a = Pointers(rowOfA);
            var sums = Begin();
            Prefetch(c, rowOfC);
            var turn = il.DefineLabel();
            var loop = il.DefineLabel();
            var few = il.DefineLabel();
            var single = il.DefineLabel();
            var next = il.DefineLabel();
            var done = il.DefineLabel();
            il.MarkLabel(turn);
            Load(nameof(Tile.Inner));
            il.Emit(OpCodes.Stloc, left);
            BranchIfLess(left, Unrolled, few);
            il.MarkLabel(loop);
            Inner(Unrolled);
            BranchIfNotLess(left, Unrolled, loop);
            il.MarkLabel(few);
            BranchIfLess(left, 1, next);
            il.MarkLabel(single);
            Inner(1);
            BranchIfNotLess(left, 1, single);
            il.MarkLabel(next);
            Jump(a, b, turns, jumps, turn, done);
            il.MarkLabel(done);
            Finish(c, rowOfC, sums);
            il.Emit(OpCodes.Ret);

            void Inner(int count)
            {
                for (var k = 0; k < count; k++)
                {
                    Products(a, rowOfA, b, sums, panel ? 0 : k * sizeof(float));
                    if (panel)
                        Advance(a[0], stepOfA);
                    Advance(b, stepOfB);
                }
                if (!panel)
                {
                    foreach (var pointer in a)
                        Increase(pointer, count * sizeof(float));
                }
                Increase(left, -count);
            }
        }

        private LocalBuilder[,] Begin()
        {
            var start = Field(nameof(Tile.Start));
            var sums = new LocalBuilder[rows, vectors];
            foreach (var (row, v) in Cells())
            {
                sums[row, v] = il.DeclareLocal(vector);
                Address(start, row * sizeof(float));
                il.Emit(OpCodes.Ldind_R4);
                il.Emit(OpCodes.Call, broadcast);
                il.Emit(OpCodes.Stloc, sums[row, v]);
            }
            return sums;
        }

        // The jumps are read from memory where they are needed, so that the inner loop has the registers.
        private void Jump(LocalBuilder[] a, LocalBuilder b, LocalBuilder turns, LocalBuilder jumps, Label turn, Label done)
        {
            il.Emit(OpCodes.Ldloc, turns);
            il.Emit(OpCodes.Ldc_I4_1);
            il.Emit(OpCodes.Sub);
            il.Emit(OpCodes.Stloc, turns);
            il.Emit(OpCodes.Ldloc, turns);
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Ble, done);
            foreach (var pointer in a)
            {
                il.Emit(OpCodes.Ldloc, pointer);
                Load(nameof(Tile.JumpOfA));
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Stloc, pointer);
            }
            il.Emit(OpCodes.Ldloc, b);
            il.Emit(OpCodes.Ldloc, jumps);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, b);
            il.Emit(OpCodes.Ldloc, jumps);
            il.Emit(OpCodes.Ldc_I4, sizeof(nint));
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, jumps);
            il.Emit(OpCodes.Br, turn);
        }

        private IEnumerable<(int Row, int V)> Cells() =>
            from row in Enumerable.Range(0, rows) from v in Enumerable.Range(0, vectors) select (row, v);

        private void Load(string field)
        {
            var place = Array.IndexOf([.. typeof(Tile).GetFields().Select(known => known.Name)], field);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, place * sizeof(nint));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
        }

        private LocalBuilder Field(string name)
        {
            var local = il.DeclareLocal(typeof(nint));
            Load(name);
            il.Emit(OpCodes.Stloc, local);
            return local;
        }

        // One address register with a scaled index reaches three rows, so 14 rows take 5 registers and not 14.
        private LocalBuilder[] Pointers(LocalBuilder rowOfA)
        {
            var pointers = new LocalBuilder[panel ? 1 : (rows + RowsAPointer - 1) / RowsAPointer];
            pointers[0] = Field(nameof(Tile.A));
            for (var i = 1; i < pointers.Length; i++)
            {
                pointers[i] = il.DeclareLocal(typeof(nint));
                il.Emit(OpCodes.Ldloc, pointers[i - 1]);
                il.Emit(OpCodes.Ldloc, rowOfA);
                il.Emit(OpCodes.Ldc_I4, RowsAPointer);
                il.Emit(OpCodes.Conv_I);
                il.Emit(OpCodes.Mul);
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Stloc, pointers[i]);
            }
            return pointers;
        }

        private void Products(LocalBuilder[] a, LocalBuilder rowOfA, LocalBuilder b, LocalBuilder[,] sums, int offsetOfA)
        {
            var right = new LocalBuilder[vectors];
            for (var v = 0; v < vectors; v++)
            {
                right[v] = il.DeclareLocal(vector);
                Address(b, v * bytes);
                il.Emit(OpCodes.Call, load);
                il.Emit(OpCodes.Stloc, right[v]);
            }
            var left = il.DeclareLocal(vector);
            for (var row = 0; row < rows; row++)
            {
                AddressOfA(a, rowOfA, row);
                Displace(offsetOfA);
                il.Emit(OpCodes.Ldind_R4);
                il.Emit(OpCodes.Call, broadcast);
                il.Emit(OpCodes.Stloc, left);
                for (var v = 0; v < vectors; v++)
                {
                    il.Emit(OpCodes.Ldloc, left);
                    il.Emit(OpCodes.Ldloc, right[v]);
                    il.Emit(OpCodes.Ldloc, sums[row, v]);
                    il.Emit(OpCodes.Call, multiplyAdd);
                    il.Emit(OpCodes.Stloc, sums[row, v]);
                }
            }
        }

        private void AddressOfA(LocalBuilder[] a, LocalBuilder rowOfA, int row)
        {
            if (panel)
            {
                Address(a[0], row * sizeof(float));
                return;
            }
            il.Emit(OpCodes.Ldloc, a[row / RowsAPointer]);
            for (var i = row % RowsAPointer; i > 0; i = 0)
            {
                il.Emit(OpCodes.Ldloc, rowOfA);
                if (i == 2)
                {
                    il.Emit(OpCodes.Ldc_I4_2);
                    il.Emit(OpCodes.Conv_I);
                    il.Emit(OpCodes.Mul);
                }
                il.Emit(OpCodes.Add);
            }
        }

        private void Prefetch(LocalBuilder c, LocalBuilder rowOfC)
        {
            if (!Sse.IsSupported)
                return;
            var row = il.DeclareLocal(typeof(nint));
            var count = il.DeclareLocal(typeof(nint));
            il.Emit(OpCodes.Ldloc, c);
            il.Emit(OpCodes.Stloc, row);
            il.Emit(OpCodes.Ldc_I4, rows);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Stloc, count);
            var loop = il.DefineLabel();
            il.MarkLabel(loop);
            for (var offset = 0; offset < vectors * bytes; offset += CacheLine)
            {
                Address(row, offset);
                il.Emit(OpCodes.Call, typeof(Sse).GetMethod(nameof(Sse.Prefetch0))!);
            }
            Advance(row, rowOfC);
            Increase(count, -1);
            BranchIfNotLess(count, 1, loop);
        }

        private void Finish(LocalBuilder c, LocalBuilder rowOfC, LocalBuilder[,] sums)
        {
            var overwrite = il.DefineLabel();
            var end = il.DefineLabel();
            il.Emit(OpCodes.Ldloc, Field(nameof(Tile.Accumulate)));
            il.Emit(OpCodes.Brfalse, overwrite);
            Store(c, rowOfC, sums, accumulate: true);
            il.Emit(OpCodes.Br, end);
            il.MarkLabel(overwrite);
            Store(c, rowOfC, sums, accumulate: false);
            il.MarkLabel(end);
        }

        private void Store(LocalBuilder c, LocalBuilder rowOfC, LocalBuilder[,] sums, bool accumulate)
        {
            foreach (var (row, v) in Cells())
            {
                if (accumulate)
                {
                    Address(c, v * bytes);
                    il.Emit(OpCodes.Call, load);
                }
                il.Emit(OpCodes.Ldloc, sums[row, v]);
                if (accumulate)
                    il.Emit(OpCodes.Call, add);
                Address(c, v * bytes);
                il.Emit(OpCodes.Call, store);
                if (v == vectors - 1)
                    Advance(c, rowOfC);
            }
        }

        private void Address(LocalBuilder pointer, int offset)
        {
            il.Emit(OpCodes.Ldloc, pointer);
            Displace(offset);
        }

        private void Displace(int offset)
        {
            if (offset == 0)
                return;
            il.Emit(OpCodes.Ldc_I4, offset);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
        }

        private void Advance(LocalBuilder pointer, LocalBuilder step)
        {
            il.Emit(OpCodes.Ldloc, pointer);
            il.Emit(OpCodes.Ldloc, step);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Stloc, pointer);
        }

        private void Increase(LocalBuilder number, int by)
        {
            Address(number, by);
            il.Emit(OpCodes.Stloc, number);
        }

        private void BranchIfLess(LocalBuilder number, int than, Label to) => Branch(OpCodes.Blt, number, than, to);

        private void BranchIfNotLess(LocalBuilder number, int than, Label to) => Branch(OpCodes.Bge, number, than, to);

        private void Branch(OpCode code, LocalBuilder number, int than, Label to)
        {
            il.Emit(OpCodes.Ldloc, number);
            il.Emit(OpCodes.Ldc_I4, than);
            il.Emit(OpCodes.Conv_I);
            il.Emit(code, to);
        }
    }
}
