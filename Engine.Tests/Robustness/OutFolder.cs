namespace GpuNN.Tests;

/// <summary>What a training wrote, for comparing.</summary>
internal static class OutFolder
{
    private const string Seconds = "seconds";

    /// <summary>The bits of all files below a folder by their paths; links are left out.</summary>
    public static Dictionary<string, string> Bits(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => new FileInfo(path).LinkTarget is null)
        .ToDictionary(path => Path.GetRelativePath(folder, path), path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));

    /// <summary>The figures of a run without its times, which no two runs share.</summary>
    public static string[] Metrics(string folder)
    {
        var lines = File.ReadAllLines(Path.Combine(folder, "metrics.csv"));
        Assert.That(lines[0], Does.EndWith("," + Seconds));
        return [.. lines.Select(line => line[..line.LastIndexOf(',')])];
    }

    /// <summary>
    /// Asserts that two runs came to the same: model, figures and pictures. The curves are drawn from the figures; their file holds numbers
    /// that Skia counts up within a process.
    /// </summary>
    public static void Same(string folder, string wanted, string what)
    {
        foreach (var file in new[] { "model.safetensors", "mistakes.png", "mistakes.csv", "units.png" })
            Assert.That(File.ReadAllBytes(Path.Combine(folder, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(wanted, file))), $"{what}: {file} has other bits");
        Assert.That(Metrics(folder), Is.EqualTo(Metrics(wanted)), what);
    }
}
