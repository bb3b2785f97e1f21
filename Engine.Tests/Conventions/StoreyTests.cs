using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Xml.Linq;

namespace GpuNN.Tests;

/// <summary>ILGPU, Kernels, Engine, Models, Benchmarks, Cli: each storey knows only those below it; the tests see all.</summary>
public sealed class StoreyTests
{
    private const string Tests = "Engine.Tests";

    private static readonly string[] storeys = ["Kernels", "Engine", "Models", "Benchmarks", "Cli"];

    [Test]
    public void The_projects_are_the_storeys_and_the_tests() => Assert.That(
        Repository.Files.Where(file => file.EndsWith(".csproj") && !file.StartsWith("Benchmarks/Peers/")).Select(file => file.Split('/')[0]),
        Is.EquivalentTo(storeys.Append(Tests)));

    [Test]
    public void A_storey_refers_only_to_those_below([ValueSource(nameof(storeys))] string storey)
    {
        var below = storeys[..Array.IndexOf(storeys, storey)];
        Assert.That(References(storey).Except(below), Is.Empty, $"{storey} may refer to: {string.Join(", ", below)}");
    }

    [Test]
    public void Nothing_refers_to_the_tests() => Assert.That(storeys.Where(storey => References(storey).Contains(Tests)), Is.Empty);

    // Layers and models are formulas on tensors; the metadata also tells what an alias or a var would hide in the source.
    [Test]
    public void Models_touch_no_view_route_or_kernel() =>
        Assert.That(TypesUsedBy(typeof(Dense).Assembly.Location).Where(type => type.StartsWith("GpuNN.Kernels.", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void The_engine_does_touch_them() =>
        Assert.That(TypesUsedBy(typeof(Tensor).Assembly.Location), Does.Contain("GpuNN.Kernels.Route"), "else the test above sees nothing");

    [Test]
    public void Kernels_know_no_tensor_graph_or_layer()
    {
        string[] words = ["Tensor", "Graph", "Layer", "Parameter", "Optimiser", "Trainer", "Device"];
        var types = typeof(Kernels.Route).Assembly.GetExportedTypes().Select(type => type.Name.Split('`')[0]);
        Assert.That(types.Intersect(words), Is.Empty);
    }

    [TestCase("Kernels", false)]
    [TestCase("Engine", false)]
    [TestCase("Models", false)]
    [TestCase("Benchmarks", false)]
    [TestCase("Cli", true, Description = "Skia draws its plots")]
    public void Only_the_command_line_carries_native_files(string project, bool native)
    {
        using var assets = JsonDocument.Parse(Repository.Read($"{project}/obj/project.assets.json"));
        var found = assets.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.TryGetProperty("files", out var files)
                && files.EnumerateArray().Any(file => file.GetString()!.Contains("/native/", StringComparison.Ordinal)))
            .Select(library => library.Name);
        Assert.That(found, native ? Is.Not.Empty : Is.Empty);
    }

    [Test]
    public void Versions_of_packages_stand_in_one_file() => Assert.That(
        storeys.Append(Tests).Where(project => Project(project).Descendants("PackageReference").Any(package => package.Attribute("Version") is not null)),
        Is.Empty, "projects with a version of their own; Directory.Packages.props is the place");

    private static IEnumerable<string> References(string project) =>
        Project(project).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));

    private static XDocument Project(string project) => XDocument.Parse(Repository.Read($"{project}/{project}.csproj"));

    private static HashSet<string> TypesUsedBy(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return [.. metadata.TypeReferences.Select(metadata.GetTypeReference).Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")];
    }
}
