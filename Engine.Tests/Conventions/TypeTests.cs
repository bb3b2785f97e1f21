using System.Reflection;
using System.Runtime.CompilerServices;

namespace GpuNN.Tests;

/// <summary>What every type of the product keeps to.</summary>
public sealed class TypeTests
{
    private static readonly Assembly[] product =
    [
        typeof(Kernels.Route).Assembly, typeof(Tensor).Assembly, typeof(Dense).Assembly,
        typeof(Benchmarks.Workload).Assembly, typeof(Cli.CommandLine).Assembly,
    ];

    private static IEnumerable<Type> Types => product.SelectMany(assembly => assembly.GetTypes())
        .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)) && type.Namespace?.StartsWith("GpuNN", StringComparison.Ordinal) == true);

    [Test]
    public void Classes_are_abstract_or_sealed() =>
        Assert.That(Types.Where(type => type is { IsClass: true, IsAbstract: false, IsSealed: false }).Select(type => type.FullName), Is.Empty);

    // An operation is told apart from another by its record parameters alone.
    [Test]
    public void Operations_keep_nothing_but_their_parameters() => Assert.That(
        Types.Where(type => type.IsSubclassOf(typeof(Operation)))
            .SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsInitOnly)
            .Select(field => $"{field.DeclaringType!.Name}.{field.Name}"),
        Is.Empty);

    // A layer records into whatever graph asks it to, so it keeps no tensor of one.
    [Test]
    public void Layers_keep_no_tensor() => Assert.That(
        Types.Where(type => type.IsSubclassOf(typeof(Layer)))
            .SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !typeof(Parameter).IsAssignableFrom(Element(field.FieldType)) && typeof(Tensor).IsAssignableFrom(Element(field.FieldType)))
            .Select(field => $"{field.DeclaringType!.Name}.{field.Name}"),
        Is.Empty);

    // Rows of a table: every pointwise function is a struct without fields, so that all of its state is its type.
    [Test]
    public void Pointwise_functions_have_no_state() => Assert.That(
        Types.Where(type => type.IsValueType && typeof(IPointwise).IsAssignableFrom(type))
            .SelectMany(type => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(field => $"{field.DeclaringType!.Name}.{field.Name}"),
        Is.Empty);

    private static Type Element(Type type) => type.IsArray ? type.GetElementType()! : type.IsGenericType ? type.GetGenericArguments()[^1] : type;
}
