using System.Reflection;
using System.Text.RegularExpressions;
using GpuNN.Cells;
using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>Every kernel of the Kernels project compiles to PTX, fits in shared memory and stays in registers; no GPU needed.</summary>
[Category("Kernels")]
public sealed class PtxTests
{
    private const int SharedBytes = 48 * 1024;

    private static readonly Lazy<PtxCompiler> compiler = new(() => new PtxCompiler());

    [OneTimeTearDown]
    public void Close()
    {
        if (compiler.IsValueCreated)
            compiler.Value.Dispose();
    }

    public static IEnumerable<TestCaseData> Kernels() => KernelTypes(typeof(IBody).Assembly)
        .Select(type => new TestCaseData(type).SetArgDisplayNames(Name(type)));

    [TestCaseSource(nameof(Kernels))]
    public void Compiles(Type kernel)
    {
        var ptx = compiler.Value.Compile(kernel);
        Assert.That(ptx, Does.Contain(".entry"));
        Assert.That(SharedMemory(ptx), Is.LessThanOrEqualTo(SharedBytes), "shared memory of a group in bytes");
        if (kernel.GetCustomAttribute<UsesLocalMemoryAttribute>() is { } excuse)
            Assert.That(excuse.Reason, Is.Not.Empty, "the reason for local memory");
        else
            Assert.That(LocalMemory(ptx), Is.Empty, "local memory; keep arrays in fields of a struct, or state the reason with [UsesLocalMemory]");
    }

    [Test]
    public void Every_kernel_is_public_and_found()
    {
        var kernels = typeof(IBody).Assembly.GetTypes().Where(IsKernel).ToArray();
        Assert.That(kernels.Where(type => !type.IsVisible).Select(type => type.FullName), Is.Empty, "ILGPU needs public kernels");
        var closed = KernelTypes(typeof(IBody).Assembly).Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();
        Assert.That(kernels.Where(type => !closed.Contains(type)).Select(type => type.FullName), Is.Empty, "kernels that no type closes");
    }

    [Test]
    public void Local_and_shared_memory_are_seen()
    {
        Assert.That(SharedMemory(compiler.Value.Compile(typeof(Sharing))), Is.EqualTo(256 * sizeof(float)));
        Assert.That(LocalMemory(compiler.Value.Compile(typeof(Hoarding))), Is.Not.Empty);
        Assert.That(LocalMemory(compiler.Value.Compile(typeof(FillBody))), Is.Empty);
    }

    [Test]
    public void What_is_no_closed_kernel_is_refused()
    {
        Assert.That(() => compiler.Value.Compile(typeof(int)), Throws.ArgumentException.With.Message.Contains("is no kernel"));
        Assert.That(() => compiler.Value.Compile(typeof(List<>)), Throws.ArgumentException.With.Message.Contains("open generic"));
    }

    /// <summary>All kernels of an assembly, generic ones closed with every public type of it that fits.</summary>
    private static IEnumerable<Type> KernelTypes(Assembly assembly) =>
        assembly.GetTypes().Where(type => IsKernel(type) && type.IsVisible).OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(type => type.IsGenericTypeDefinition ? Closed(type, type.GetGenericArguments(), []) : [type]);

    private static bool IsKernel(Type type) =>
        type.IsValueType && (typeof(IBody).IsAssignableFrom(type) || typeof(IGroupBody).IsAssignableFrom(type));

    private static IEnumerable<Type> Closed(Type open, Type[] parameters, Type[] chosen)
    {
        if (chosen.Length == parameters.Length)
        {
            Type? closed = null;
            try
            {
                closed = open.MakeGenericType(chosen);
            }
            catch (ArgumentException)
            {
                // These arguments break a constraint; others will do.
            }
            return closed is null ? [] : [closed];
        }
        return Candidates(parameters[chosen.Length]).SelectMany(candidate => Closed(open, parameters, [.. chosen, candidate]));
    }

    /// <summary>
    /// Public structs that may stand for a type parameter: the implementers of its interfaces. Generic ones are left out, for of pointwise
    /// functions there would be too many; but recurrent cells are closed in their turn.
    /// </summary>
    private static IEnumerable<Type> Candidates(Type parameter)
    {
        var wanted = parameter.GetGenericParameterConstraints().Where(constraint => constraint.IsInterface)
            .Select(constraint => constraint.IsGenericType ? constraint.GetGenericTypeDefinition() : constraint).ToArray();
        var isCell = wanted.Contains(typeof(IRecurrentCell));
        return typeof(IBody).Assembly.GetTypes().Where(type => type is { IsValueType: true, IsVisible: true }
            && wanted.All(constraint => type.GetInterfaces().Any(face => (face.IsGenericType ? face.GetGenericTypeDefinition() : face) == constraint)))
            .SelectMany(type => !type.IsGenericTypeDefinition ? [type] : isCell ? Closed(type, type.GetGenericArguments(), []) : []);
    }

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.IsNested ? $"{type.DeclaringType!.Name}.{type.Name}" : type.Name;

    /// <summary>Bytes of all variables that PTX declares in shared memory.</summary>
    private static int SharedMemory(string ptx) => ptx.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith(".shared", StringComparison.Ordinal))
        .Sum(line =>
        {
            var match = Regex.Match(line, @"^\.shared\s+(?:\.align\s+\d+\s+)?\.[bsuf](\d+)\s+[\w$%]+(?:\[(\d+)\])?\s*;$");
            Assert.That(match.Success, $"this test cannot read the declaration: {line}");
            return int.Parse(match.Groups[1].Value) / 8 * (match.Groups[2].Success ? int.Parse(match.Groups[2].Value) : 1);
        });

    /// <summary>The lines of PTX that declare, read or write local memory.</summary>
    private static string[] LocalMemory(string ptx) => [.. ptx.Split('\n').Where(line => line.Contains(".local", StringComparison.Ordinal))];

    /// <summary>A kernel with shared memory, for the test of the test.</summary>
    public readonly struct Sharing(ILGPU.ArrayView<float> y) : IGroupBody
    {
        private readonly ILGPU.ArrayView<float> y = y;

        public void Run()
        {
            var shared = ILGPU.SharedMemory.Allocate<float>(256);
            shared[ILGPU.Group.IdxX] = y[ILGPU.Group.IdxX];
            ILGPU.Group.Barrier();
            y[ILGPU.Group.IdxX] = shared[255 - ILGPU.Group.IdxX];
        }
    }

    /// <summary>A kernel with an array of its own, for the test of the test.</summary>
    public readonly struct Hoarding(ILGPU.ArrayView<float> y) : IBody
    {
        private readonly ILGPU.ArrayView<float> y = y;

        public void Run(int index)
        {
            var mine = ILGPU.LocalMemory.Allocate<float>(8);
            for (var i = 0; i < 8; i++)
                mine[i] = y[index] * i;
            y[index] = mine[index % 8];
        }
    }
}
