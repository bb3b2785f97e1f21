using System.Reflection;
using System.Reflection.Emit;
using ILGPU;
using ILGPU.Runtime;

namespace GpuNN.Kernels;

using Flat = Action<AcceleratorStream, KernelConfig, DeviceOperands, int>;
using Rows = Action<AcceleratorStream, KernelConfig, DeviceOperands, int, int>;

/// <summary>A program's device form: an emitted type that evaluates one element, and the kernels closed over it.</summary>
internal sealed class DeviceForm
{
    private readonly MethodInfo flat;
    private readonly MethodInfo rows;

    private DeviceForm(Type program)
    {
        flat = typeof(FusedKernels).GetMethod(nameof(FusedKernels.Flat))!.MakeGenericMethod(program);
        rows = typeof(FusedKernels).GetMethod(nameof(FusedKernels.Rows))!.MakeGenericMethod(program);
    }

    public MethodInfo Kernel(bool oneRow) => oneRow ? flat : rows;

    public static DeviceForm Emit(PointwiseProgram program)
    {
        lock (ProgramEmitter.Gate)
        {
            var type = ProgramEmitter.NewType(
                "Device", TypeAttributes.SequentialLayout, typeof(ValueType), typeof(IDeviceProgram));
            var contract = typeof(IDeviceProgram).GetMethod(nameof(IDeviceProgram.Eval))!;
            var method = type.DefineMethod(
                contract.Name, MethodAttributes.Public | MethodAttributes.Static, typeof(void), [typeof(DeviceOperands), typeof(int), typeof(int), typeof(int)]);
            Body(method.GetILGenerator(), program);
            type.DefineMethodOverride(method, contract);
            return new(type.CreateType());
        }
    }

    public void Run(DeviceRoute route, in DeviceOperands operands, int outer, int inner)
    {
        if (outer == 1)
            route.Queue(new FlatLaunch(route.LoadKernel<Flat>(flat), route.EachConfig(inner), operands, inner));
        else
            route.Queue(new RowsLaunch(route.LoadKernel<Rows>(rows), route.EachConfig(outer * inner), operands, outer * inner, inner));
    }

    private static void Body(ILGenerator il, PointwiseProgram program)
    {
        var values = new Dictionary<int, LocalBuilder>();
        for (var k = 0; k < program.Leaves.Length; k++)
        {
            var index = program.Leaves[k] switch
            {
                LeafKind.Full => OpCodes.Ldarg_1,
                LeafKind.Column => OpCodes.Ldarg_2,
                LeafKind.Row => OpCodes.Ldarg_3,
                _ => OpCodes.Ldc_I4_0,
            };
            View(DeviceOperands.Fields[k]);
            il.Emit(index);
            Read();
        }

        for (var k = 0; k < program.Constants; k++)
        {
            View(DeviceOperands.Fields[^1]);
            il.Emit(OpCodes.Ldc_I4, k);
            Read();
        }

        foreach (var line in program.Lines)
            values.Add(values.Count, ProgramEmitter.Line(il, line, typeof(ScalarLane), values));
        for (var k = 0; k < program.Outputs.Length; k++)
        {
            View(DeviceOperands.Fields[program.Leaves.Length + k]);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldloc, values[program.Outputs[k]]);
            il.Emit(OpCodes.Call, typeof(DeviceOperands).GetMethod(nameof(DeviceOperands.Write))!);
        }

        il.Emit(OpCodes.Ret);

        void View(FieldInfo field)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, field);
        }

        void Read()
        {
            il.Emit(OpCodes.Call, typeof(DeviceOperands).GetMethod(nameof(DeviceOperands.Read))!);
            var local = il.DeclareLocal(typeof(ScalarLane));
            values.Add(values.Count, local);
            il.Emit(OpCodes.Stloc, local);
        }
    }

    private readonly struct FlatLaunch(Flat launcher, KernelConfig config, DeviceOperands operands, int count) : IDeviceLaunch
    {
        public void Run(AcceleratorStream stream) => launcher(stream, config, operands, count);
    }

    private readonly struct RowsLaunch(Rows launcher, KernelConfig config, DeviceOperands operands, int count, int inner) : IDeviceLaunch
    {
        public void Run(AcceleratorStream stream) => launcher(stream, config, operands, count, inner);
    }
}
