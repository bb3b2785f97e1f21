using System.Reflection;
using System.Reflection.Emit;

namespace GpuNN.Kernels;

/// <summary>Writes the lines of a program as straight-line code: a local a value, a call a line.</summary>
internal static class ProgramEmitter
{
    /// <summary>Types of a module: what one more costs grows with those that are there, to three times as much after 25,000.</summary>
    public const int TypesOfModule = 64;

    private static ModuleBuilder? module;
    private static int types;

    /// <summary>Held while a type is written: a module has one writer.</summary>
    public static Lock Gate { get; } = new();

    /// <summary>A new type in the current dynamic module; public, because ILGPU compiles some of them. The caller holds the gate.</summary>
    public static TypeBuilder NewType(string name, TypeAttributes attributes, Type? parent, params Type[] interfaces)
    {
        if (module is null || types % TypesOfModule == 0)
            module = NewModule($"GpuNN.Fused{types / TypesOfModule}");
        return module.DefineType($"GpuNN.Fused.{name}{types++}", TypeAttributes.Public | TypeAttributes.Sealed | attributes, parent, interfaces);
    }

    private static ModuleBuilder NewModule(string name) =>
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(name), AssemblyBuilderAccess.Run).DefineDynamicModule(name);

    /// <summary>Writes the call of a line and returns the local of its result.</summary>
    public static LocalBuilder Line(ILGenerator il, PointwiseLine line, Type lane, IReadOnlyDictionary<int, LocalBuilder> values)
    {
        foreach (var argument in line.Arguments)
            il.Emit(OpCodes.Ldloc, values[argument]);
        il.Emit(OpCodes.Call, PointwiseMethods.Resolve(line.Function, line.Part, lane));
        var result = il.DeclareLocal(lane);
        il.Emit(OpCodes.Stloc, result);
        return result;
    }

    /// <summary>Throws where a program breaks a rule, and says which.</summary>
    public static void Check(PointwiseProgram program)
    {
        var operands = program.Leaves.Length + program.Outputs.Length;
        if (operands > PointwiseProgram.MostOperands || program.Outputs.Length == 0)
        {
            throw new ArgumentException(
                $"A pointwise program has one output at least and {PointwiseProgram.MostOperands} leaves and outputs at most, but this one has "
                + $"{program.Leaves.Length} leaves and {program.Outputs.Length} outputs. Split the group.");
        }

        var known = program.Leaves.Length + program.Constants;
        foreach (var line in program.Lines)
        {
            var arguments = PointwiseMethods.Arguments(line.Function, line.Part);
            if (line.Arguments.Length != arguments || Array.Exists(line.Arguments, argument => argument < 0 || argument >= known))
            {
                throw new ArgumentException(
                    $"Line {known - program.Leaves.Length - program.Constants} calls {line.Function.Name}.{line.Part}, which takes {arguments} of the {known} values "
                    + $"before it, but got ({string.Join(", ", line.Arguments)}). Number leaves first, then constants, then lines in order.");
            }

            known++;
        }

        if (Array.Exists(program.Outputs, output => output < 0 || output >= known))
            throw new ArgumentException($"An output is one of the program's {known} values, but got ({string.Join(", ", program.Outputs)}).");
    }
}
