using System.Reflection;

namespace GpuNN.Tests;

/// <summary>Every operation of Engine and Models is tested by a fixture of the kernel suite that says so.</summary>
public sealed class OperationConventionTests
{
    private static readonly Assembly[] storeys = [typeof(Operation).Assembly, typeof(Dense).Assembly];

    private static IEnumerable<Type> Operations => storeys.SelectMany(storey => storey.GetTypes()).Where(type => !type.IsAbstract && typeof(Operation).IsAssignableFrom(type));

    private static IEnumerable<Type> Fixtures => typeof(CoversAttribute).Assembly.GetTypes().Where(type => type.IsDefined(typeof(CoversAttribute)));

    [Test]
    public void Every_operation_has_a_test()
    {
        var covered = Fixtures.SelectMany(fixture => fixture.GetCustomAttributes<CoversAttribute>()).SelectMany(covers => covers.Operations).ToHashSet();
        Assert.That(Operations.Where(operation => !covered.Contains(operation)), Is.Empty, "operations that no fixture covers");
    }

    [Test]
    public void Every_fixture_runs_on_all_devices_and_in_the_kernel_suite()
    {
        foreach (var fixture in Fixtures)
        {
            Assert.That(fixture.GetCustomAttributes<TestFixtureSourceAttribute>().Select(source => source.SourceType), Does.Contain(typeof(Devices)), fixture.Name);
            Assert.That(fixture.GetCustomAttributes<CategoryAttribute>().Select(category => category.Name), Does.Contain("Kernels"), fixture.Name);
        }
    }

    [Test]
    public void The_devices_of_a_plain_run_hold_ilgpus_simulator()
    {
        Assume.That(Environment.GetEnvironmentVariable("GPUNN_TEST_DEVICE"), Is.Null.Or.Empty, "one device was asked for");
        Assert.That(Devices.Names, Is.SupersetOf(new[] { "cpu", "ilgpu-cpu" }), "else no device kernel would be run here");
    }

    [Test]
    public void Operations_are_sealed_and_equal_when_they_do_the_same()
    {
        Assert.That(Operations.Where(operation => !operation.IsSealed), Is.Empty);
        Assert.That(new Operations.Sum(1, 2, 0.5f), Is.EqualTo(new Operations.Sum(1, 2, 0.5f)));
        Assert.That(new Operations.Slice([1, 2], [3, 4]), Is.EqualTo(new Operations.Slice([1, 2], [3, 4])));
        Assert.That(new Operations.Map<Pointwise.Tanh>(), Is.Not.EqualTo(new Operations.Map<Pointwise.Exp>() as Operation));
    }
}
