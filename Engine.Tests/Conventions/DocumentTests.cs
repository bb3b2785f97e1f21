using System.Text.RegularExpressions;

namespace GpuNN.Tests;

/// <summary>Guides name only what exists, stay short, and say what the scripts do.</summary>
public sealed partial class DocumentTests
{
    private const int MostLinesOfProjectPage = 15;
    private const int MostLinesOfRecipe = 9;

    private static readonly string[] projects = ["Kernels", "Engine", "Models", "Benchmarks", "Cli", "Engine.Tests"];
    private static readonly string[] fileEnds = [".cs", ".md", ".csproj", ".props", ".sln"];

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\]\(([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();

    [Test]
    public void Documents_name_only_files_that_exist([ValueSource(typeof(Repository), nameof(Repository.Documents))] string document) =>
        Assert.That(Missing(document, Repository.Read(document)), Is.Empty);

    [Test]
    public void A_file_that_is_not_there_is_seen() => Assert.That(
        Missing("Engine/README.md", "`Engine/Nowhere.cs`, `Nowhere/`, `Nothing.cs`, [x](../CONTRIBUTED.md); not `Graphs/`, `Tensor.cs`, `runs/mlp`, [y](https://example.org)"),
        Is.EquivalentTo(new[] { "Engine/Nowhere.cs", "Nowhere/", "Nothing.cs", "../CONTRIBUTED.md" }));

    [Test]
    public void Each_project_has_a_page_of_at_most_15_lines([ValueSource(nameof(projects))] string project) =>
        Assert.That(Filled(Repository.Lines($"{project}/README.md")).Count(), Is.InRange(3, MostLinesOfProjectPage));

    [Test]
    public void Recipes_of_the_guide_have_less_than_ten_lines()
    {
        var sections = Repository.Read("CONTRIBUTING.md").Split("\n## ")[1..];
        Assert.That(sections.Count(section => section.StartsWith("Add ", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(6));
        Assert.That(sections.Where(section => section.StartsWith("Add ", StringComparison.Ordinal))
            .Where(section => Filled(section.Split('\n')).Count() - 1 > MostLinesOfRecipe).Select(section => section.Split('\n')[0]), Is.Empty);
    }

    [Test]
    public void The_readme_names_the_main_job_and_the_tests_in_two_commands()
    {
        var commands = Repository.Lines("README.md").Where(line => line.StartsWith("dotnet ", StringComparison.Ordinal)).ToArray();
        Assert.That(commands, Does.Contain("dotnet run -c Release --project Cli -- train lenet"));
        Assert.That(commands.Count(line => line.StartsWith("dotnet test", StringComparison.Ordinal)), Is.EqualTo(1), "CI runs the first line that starts so");
        Assert.That(Repository.Read(".ci/tests"), Does.Contain("/^dotnet test/").And.Contain("README.md"));
    }

    [Test]
    public void The_program_of_the_readme_is_the_first_sample()
    {
        var text = Repository.Read("README.md");
        var begin = text.IndexOf("```csharp\n", StringComparison.Ordinal) + "```csharp\n".Length;
        var program = text[begin..text.IndexOf("\n```", begin, StringComparison.Ordinal)].Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);
        var sample = Repository.Lines("Engine.Tests/Samples/TrainSample.cs").Select(line => line.Trim()).ToHashSet();
        Assert.That(program.Where(line => !sample.Contains(line)), Is.Empty, "lines of the README's program that the compiled sample does not have");
    }

    [Test]
    public void The_speed_table_has_its_place() =>
        Assert.That(Repository.Read("README.md"), Does.Match(@"<!-- speed -->\n(?s:.+)<!-- /speed -->"));

    [Test]
    public void Scripts_of_ci_are_named_where_they_are_run()
    {
        var run = Repository.Read(".ci/run");
        foreach (var stage in Repository.Files.Where(file => file.StartsWith(".ci/", StringComparison.Ordinal)).Select(file => file[".ci/".Length..]))
            if (stage is not ("run" or "opencl-root"))
                Assert.That(run, Does.Contain(stage), $"the stage .ci/{stage} is run by nothing");
    }

    private static IEnumerable<string> Filled(IEnumerable<string> lines) => lines.Where(line => line.Trim().Length > 0);

    private static IEnumerable<string> Missing(string document, string text)
    {
        var folder = document.Contains('/') ? document[..document.LastIndexOf('/')] + "/" : "";
        var quoted = Quoted().Matches(text).Select(match => match.Groups[1].Value).Where(IsPath);
        var linked = Link().Matches(text).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal));
        return quoted.Concat(linked).Distinct().Where(path => !Exists(folder, path));
    }

    private static bool IsPath(string text) => !text.Contains(' ') && !text.Contains("://", StringComparison.Ordinal)
        && (fileEnds.Any(end => text.EndsWith(end, StringComparison.Ordinal) && text.Length > end.Length) || text.EndsWith('/') || projects.Append(".ci").Contains(text.Split('/')[0]) && text.Contains('/'));

    // a bare file name may stand anywhere
    private static bool Exists(string folder, string path) => Repository.Has(path) || Repository.Has(folder + path)
        || (!path.Contains('/') && Repository.Files.Any(file => file.EndsWith("/" + path, StringComparison.Ordinal)));
}
