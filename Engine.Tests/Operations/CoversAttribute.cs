namespace GpuNN.Tests;

/// <summary>The operations that a fixture tests; a convention asks that every operation has one.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class CoversAttribute(params Type[] operations) : Attribute
{
    public IReadOnlyList<Type> Operations => operations;
}
