using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The list of devices and how one is opened by name.</summary>
public sealed class DeviceCatalogueTests
{
    [Test]
    public void The_list_always_has_the_processor_and_the_simulator()
    {
        var names = DeviceCatalogue.List();
        TestContext.Out.WriteLine(string.Join(Environment.NewLine, names));
        Assert.That(names[0].Name, Is.EqualTo("cpu"));
        Assert.That(names[0].Refused, Is.Null);
        Assert.That(names[^1].Name, Is.EqualTo("ilgpu-cpu"));
        Assert.That(names[^1].Refused, Is.Null);
        Assert.That(names.Any(listing => listing.Name.StartsWith("cuda", StringComparison.Ordinal)), "CUDA is listed, if only with a reason");
        Assert.That(names.Any(listing => listing.Name.StartsWith("opencl", StringComparison.Ordinal)), "OpenCL is listed, if only with a reason");
        Assert.That(names.Select(listing => listing.Name), Is.Unique);
    }

    [Test]
    public void Every_usable_device_opens_under_its_name()
    {
        foreach (var listing in DeviceCatalogue.List().Where(listing => listing.Refused is null))
        {
            using var route = DeviceCatalogue.Open(listing.Name);
            Assert.That(route.Name, Is.EqualTo(listing.Name));
            Assert.That(route.Description, Is.Not.Empty);
        }
    }

    [Test]
    public void Without_a_name_a_gpu_is_taken_or_else_the_processor()
    {
        using var route = DeviceCatalogue.Open();
        var cuda = DeviceCatalogue.List().Any(listing => listing.Refused is null && listing.Name.StartsWith("cuda:", StringComparison.Ordinal));
        Assert.That(route.Name, cuda ? Does.StartWith("cuda:") : Does.StartWith("opencl:").Or.EqualTo("cpu"));
    }

    [Test]
    public void Names_are_read_without_case()
    {
        using var route = DeviceCatalogue.Open(" CPU ");
        Assert.That(route, Is.TypeOf<HostRoute>());
    }

    [Test]
    public void An_unknown_name_is_refused_with_the_names_that_exist([Values("gpu", "", "cuda:99", "cuda:x", "opencl:-1", "cpu:0")] string name) =>
        Assert.That(() => DeviceCatalogue.Open(name), Throws.TypeOf<DeviceException>()
            .With.Message.StartsWith($"There is no device \"{name}\". Use one of: cpu, ").And.Message.Contains("ilgpu-cpu"));

    [Test]
    public void A_refused_device_is_refused_with_its_reason()
    {
        foreach (var listing in DeviceCatalogue.List().Where(listing => listing.Refused is not null))
        {
            Assert.That(() => DeviceCatalogue.Open(listing.Name), Throws.TypeOf<DeviceException>()
                .With.Message.StartsWith($"The device \"{listing.Name}\" cannot be used: {listing.Refused}."));
        }
    }
}
