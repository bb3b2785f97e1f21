namespace GpuNN.Tests;

/// <summary>The files of this repository as they lie on the disk, without what a build or a run makes.</summary>
internal static class Repository
{
    private static readonly string[] made = ["bin", "obj", "runs", "artifacts", "results", "TestResults"];

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    /// <summary>Paths of all files from the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk("").Order(StringComparer.Ordinal)];

    /// <summary>
    /// Our C# files. The programs in <c>Benchmarks/Peers</c> stand outside the solution and its rules: they are the other
    /// libraries' side of a comparison.
    /// </summary>
    public static IReadOnlyList<string> Sources { get; } =
        [.. Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && !file.StartsWith("Benchmarks/Peers/", StringComparison.Ordinal))];

    /// <summary>Everything that is written for people, but the peers' own page.</summary>
    public static IReadOnlyList<string> Documents { get; } =
        [.. Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal) && !file.StartsWith("Benchmarks/Peers/", StringComparison.Ordinal))];

    /// <summary>The content of a file.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>The lines of a file.</summary>
    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    /// <summary>Whether a path from the root leads to a file or folder.</summary>
    public static bool Has(string path) => File.Exists(Path.Combine(Root, path)) || Directory.Exists(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(string folder)
    {
        var place = Path.Combine(Root, folder);
        foreach (var file in Directory.EnumerateFiles(place))
            yield return $"{folder}{Path.GetFileName(file)}";
        foreach (var inner in Directory.EnumerateDirectories(place).Select(path => Path.GetFileName(path)))
            if (inner == ".ci" || (!inner.StartsWith('.') && !made.Contains(inner)))
                foreach (var file in Walk($"{folder}{inner}/"))
                    yield return file;
    }

    private static string Above(string start)
    {
        var folder = new DirectoryInfo(start);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GpuNN.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above {start} holds GpuNN.sln.");
    }
}
