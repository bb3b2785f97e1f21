namespace GpuNN.Cli;

/// <summary>Finds the CSV file that is meant, below the folder of <c>--data</c>.</summary>
internal static class TableFile
{
    /// <summary>The path of the file: the one that was told, else the only one in the folder.</summary>
    /// <exception cref="ArgumentMistake">It is not there, or there is not exactly one.</exception>
    public static string Find(string recipe, string folder, string? told)
    {
        var here = In(folder).ToArray();
        if (told is null && here.Length == 1)
            return here[0];
        if (told is not null && File.Exists(Path.Combine(folder, told)))
            return Path.Combine(folder, told);
        var all = here.Concat(Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).SelectMany(In))
            .Select(path => Path.GetRelativePath(folder, path));
        throw new ArgumentMistake(
            (told is null ? $"The recipe {recipe} needs to know which CSV file to read: {folder} has {here.Length}. " : $"There is no file {told} in {folder}. ")
            + $"Choose with --set file=NAME one of: {string.Join(", ", all)}.");
    }

    private static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder)
        .Where(path => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase))
        .Order(StringComparer.Ordinal);
}
