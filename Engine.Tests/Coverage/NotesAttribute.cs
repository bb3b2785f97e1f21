namespace GpuNN.Tests;

/// <summary>The heading of the notes that a test answers.</summary>
/// <param name="heading">Its number; an unnumbered heading has that of the section it stands in.</param>
/// <param name="title">Its title, as <see cref="NotesHeadings"/> has it.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class NotesAttribute(string heading, string title) : Attribute
{
    public string Heading { get; } = heading;

    public string Title { get; } = title;
}
