using System.Text.RegularExpressions;

namespace GpuNN.Tests;

/// <summary>A C# file as the conventions see it: its lines, and the types that it declares outside of others.</summary>
internal sealed partial class SourceFile
{
    private SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        Lines = text.Split('\n').Length - 1;
        // types stand at the margin, or one step in where a file has two namespaces
        var margin = BlockNamespace().IsMatch(text) ? 4 : 0;
        Types = [.. Declaration().Matches(text).Where(match => match.Groups["margin"].Length == margin).Select(match =>
            new DeclaredType(match.Groups["name"].Value, match.Groups["words"].Value.Split(' ').Contains("public")))];
    }

    /// <summary>From the root.</summary>
    public string Path { get; }

    public string Text { get; }

    public int Lines { get; }

    /// <summary>Its name up to the first point: <c>Layer</c> of <c>Layer.Files.cs</c>.</summary>
    public string Stem => System.IO.Path.GetFileName(Path).Split('.')[0];

    public IReadOnlyList<DeclaredType> Types { get; }

    public IEnumerable<string> PublicTypes => Types.Where(type => type.IsPublic).Select(type => type.Name);

    /// <summary>All of ours.</summary>
    public static IReadOnlyList<SourceFile> All { get; } = [.. Repository.Sources.Select(path => new SourceFile(path, Repository.Read(path)))];

    /// <summary>A file with a given text, to test the conventions themselves.</summary>
    public static SourceFile Of(string path, string text) => new(path, text);

    public override string ToString() => Path;

    [GeneratedRegex(@"^namespace [\w.]+\s*\n\{", RegexOptions.Multiline)]
    private static partial Regex BlockNamespace();

    [GeneratedRegex(
        @"^(?<margin> *)(?<words>(?:(?:public|internal|private|protected|static|sealed|abstract|readonly|partial|unsafe|ref|file) )*)(?:class|struct|interface|enum|record struct|record class|record|delegate [\w<>\[\]?,]+) (?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();
}

/// <summary>A type that a file declares.</summary>
internal sealed record DeclaredType(string Name, bool IsPublic);
