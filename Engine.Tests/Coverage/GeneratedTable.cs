using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>
/// A table of the README that a test writes: between its marks, when the tests run with the environment variable GPUNN_WRITE_DOCS=1;
/// otherwise the test fails where the page is stale.
/// </summary>
public static class GeneratedTable
{
    public static void Check(string name, string table)
    {
        var path = Path.Combine(Repository.Root, "README.md");
        var text = File.ReadAllText(path);
        var (first, last) = ($"<!-- {name} -->", $"<!-- /{name} -->");
        var begin = text.IndexOf(first, StringComparison.Ordinal);
        var end = text.IndexOf(last, StringComparison.Ordinal);
        Assert.That(begin >= 0 && end > begin, $"The README has no place for the table {name}: write {first} and {last} where it belongs.");
        var wanted = $"{first}\n{table}{last}";
        if (Environment.GetEnvironmentVariable("GPUNN_WRITE_DOCS") == "1")
            File.WriteAllText(path, text[..begin] + wanted + text[(end + last.Length)..]);
        else
            Assert.That(text[begin..(end + last.Length)], Is.EqualTo(wanted), $"The README's table {name} is stale: run this test with GPUNN_WRITE_DOCS=1.");
    }
}
