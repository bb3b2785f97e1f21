using System.Text.RegularExpressions;

namespace GpuNN.Tests;

/// <summary>What every C# file keeps to.</summary>
public sealed partial class SourceFileTests
{
    private const int MostLines = 400;
    private const int MostLinesWithSatellites = 250;

    private static readonly string[] nameless = ["utils", "util", "helpers", "helper", "common", "misc"];

    // numbers that mean something: the bits of a vector, the axes of a layer, exp(x) - 1, log(1 + x), the norms, the group p4
    [GeneratedRegex(@"(128|256|512)$|[123]D|Expm1|Log1p|P4\b|\bL[12](?=[A-Z]|$)")]
    private static partial Regex MeaningfulNumber();

    [GeneratedRegex(@"catch(\s*\([^)]*\))?(\s*when\s*\([^{]*\))?\s*\{\s*\}")]
    private static partial Regex SilentCatch();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"(?<![\w.}*>])/(home|root|Users|work|mnt|tmp|var/tmp)/|\b[A-Z]:\\")]
    private static partial Regex MachinePath();

    [Test]
    public void The_files_are_found() => Assert.That(SourceFile.All, Has.Count.GreaterThan(200));

    [Test]
    public void No_file_is_longer_than_400_lines() => Assert.That(
        SourceFile.All.Where(file => file.Lines > MostLines).Select(file => $"{file}: {file.Lines} lines"), Is.Empty);

    [Test]
    public void A_file_with_public_types_has_one_of_its_own_name() => Assert.That(SourceFile.All.Where(Misnamed), Is.Empty);

    // What may sit with it is small: the record that a method returns, the enumeration of an option, an operation's gradient,
    // the class of an operation's methods on tensors. A kernel family also holds the bodies that it launches.
    [Test]
    public void A_file_with_more_than_one_public_type_is_small_or_a_kernel_family() => Assert.That(
        SourceFile.All.Where(file => file.PublicTypes.Count() > 1 && !file.Stem.EndsWith("Kernels", StringComparison.Ordinal) && file.Lines > MostLinesWithSatellites)
            .Select(file => $"{file}: {string.Join(", ", file.PublicTypes)} in {file.Lines} lines"),
        Is.Empty);

    [Test]
    public void No_name_says_nothing() => Assert.That(
        Repository.Files.Where(file => file.Split('/').Any(SaysNothing)).Concat(SourceFile.All.SelectMany(file => file.Types).Select(type => type.Name).Where(SaysNothing)),
        Is.Empty, "files, folders and types named after nothing in particular");

    [Test]
    public void No_type_carries_a_version() => Assert.That(
        SourceFile.All.SelectMany(file => file.Types, (file, type) => (file, type.Name)).Where(type => HasVersion(type.Name)), Is.Empty);

    [Test]
    public void No_exception_is_swallowed_without_a_reason() => Assert.That(
        SourceFile.All.Where(file => file.Path != OwnPath && SilentCatch().IsMatch(file.Text)), Is.Empty, "an empty catch needs a comment that says why");

    [Test]
    public void Nothing_is_left_for_later() => Assert.That(
        Repository.Sources.Concat(Repository.Documents).Where(file => file != OwnPath && Unfinished().IsMatch(Repository.Read(file))), Is.Empty);

    [Test]
    public void No_path_of_one_machine_stands_in_a_file() => Assert.That(
        Repository.Files.Where(file => file.EndsWith(".cs") || file.EndsWith(".md") || file.EndsWith(".csproj") || file.EndsWith(".props") || file.EndsWith(".sh"))
            .Where(file => file != OwnPath)
            .SelectMany(file => Repository.Lines(file).Where(line => MachinePath().IsMatch(line)).Select(line => $"{file}: {line.Trim()}")),
        Is.Empty);

    [Test]
    public void Documentation_is_not_switched_off() => Assert.That(
        Repository.Files.Where(file => file.EndsWith(".cs") || file.EndsWith(".csproj") || file.EndsWith(".props"))
            .Where(file => file != OwnPath && Repository.Read(file).Contains("CS1591", StringComparison.Ordinal)),
        Is.Empty);

    [Test]
    public void Violations_are_seen() => Assert.Multiple(() =>
    {
        Assert.That(Misnamed(SourceFile.Of("Engine/Rules.cs", "namespace GpuNN;\n\npublic sealed class SgdRule\n{\n}\n")));
        Assert.That(Misnamed(SourceFile.Of("Engine/Layer.Files.cs", "namespace GpuNN;\n\npublic abstract partial class Layer\n{\n    public sealed class Inner;\n}\n")), Is.False);
        Assert.That(Misnamed(SourceFile.Of("Engine/Steps.cs", "namespace GpuNN;\n\ninternal sealed class Step;\n")), Is.False);
        Assert.That(Misnamed(SourceFile.Of("Engine/Softmax.cs", "namespace GpuNN.Operations\n{\n    public sealed record Soft() : KernelOperation;\n}\n")));
        Assert.That(new[] { "GemmV2", "MatMul3", "Adam1" }.All(HasVersion));
        Assert.That(new[] { "Lane512", "Conv2D", "Expm1", "PhiloxVector256", "L2Penalty", "GroupConvP4" }.Any(HasVersion), Is.False);
        Assert.That(new[] { "Utils", "StringHelpers", "Common" }.All(SaysNothing));
        Assert.That(SilentCatch().IsMatch("try { x(); } catch (IOException error) when (error.HResult == 3) { }"));
        Assert.That(SilentCatch().IsMatch("catch { // the first error is told\n }"), Is.False);
        Assert.That(MachinePath().IsMatch("Load(@\"/home/me/mnist\")") && MachinePath().IsMatch("in /tmp/x"));
        Assert.That(MachinePath().IsMatch("\"$root/tmp/x\" or data/work/x"), Is.False);
    });

    private const string OwnPath = "Engine.Tests/Conventions/SourceFileTests.cs";

    private static bool Misnamed(SourceFile file) => file.PublicTypes.Any() && !file.PublicTypes.Contains(file.Stem) && !IsPartOfTests(file);

    // the reference of the tests is one class over several files, one a kind of operation
    private static bool IsPartOfTests(SourceFile file) => file.Path.StartsWith("Engine.Tests/Reference/", StringComparison.Ordinal);

    private static bool SaysNothing(string name)
    {
        var stem = name.Split('.')[0];
        return nameless.Any(word => stem.Equals(word, StringComparison.OrdinalIgnoreCase)
            || stem.EndsWith(char.ToUpperInvariant(word[0]) + word[1..], StringComparison.Ordinal));
    }

    private static bool HasVersion(string name) => MeaningfulNumber().Replace(name, "").Any(char.IsAsciiDigit);
}
