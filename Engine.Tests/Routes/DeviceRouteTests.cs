using GpuNN.Kernels;
using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The route to devices that ILGPU drives, on every usable one of this machine.</summary>
[TestFixtureSource(nameof(Names)), Category("Kernels")]
public sealed class DeviceRouteTests(string name)
{
    private DeviceRoute route = null!;

    public static IEnumerable<string> Names() =>
        DeviceCatalogue.List().Where(listing => listing.Refused is null && listing.Name != "cpu").Select(listing => listing.Name);

    [OneTimeSetUp]
    public void Open() => route = (DeviceRoute)DeviceCatalogue.Open(name);

    [OneTimeTearDown]
    public void Close()
    {
        route.Dispose();
        route.Dispose();
    }

    [Test]
    public void Blocks_are_zeroed_and_have_no_host_pointer([Values(1, 5, 16, 33)] int elements)
    {
        using var block = route.Allocate(elements);
        var numbers = new float[elements];
        Array.Fill(numbers, 9);
        route.CopyOut(block.View, numbers);
        Assert.That(numbers, Is.All.Zero);
        unsafe
        {
            Assert.That(block.View.Pointer == null);
        }
    }

    [Test]
    public void Each_runs_every_index_once([Values(0, 1, 2, 3, 1000, 70_001)] int count)
    {
        using var block = route.Allocate(count + 1);
        route.Each(count, new Increment(block.View.Floats));
        route.Each(count, new Increment(block.View.Floats));
        var numbers = new float[count + 1];
        route.CopyOut(block.View, numbers);
        Assert.That(numbers.Take(count), Is.All.EqualTo(2));
        Assert.That(numbers[count], Is.Zero);
    }

    [Test]
    public void Groups_share_memory_and_barriers([Values(0, 1, 3)] int groups)
    {
        using var block = route.Allocate(4);
        for (var size = 2; size <= route.GroupSize; size *= 2)
        {
            route.Fill(block.View, -1);
            route.Groups(groups, size, new GroupSum(block.View.Floats));
            var sums = new float[4];
            route.CopyOut(block.View, sums);
            Assert.That(sums.Take(groups), Is.All.EqualTo(size * (size + 1) / 2f));
            Assert.That(sums.Skip(groups), Is.All.EqualTo(-1));
        }
    }

    [Test]
    public void Groups_larger_than_the_device_allows_are_refused()
    {
        using var block = route.Allocate(1);
        Assert.That(() => route.Groups(1, 1 << 20, new GroupSum(block.View.Floats)),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("threads a group"));
        Assert.That(route.GroupSize, Is.GreaterThanOrEqualTo(2).And.EqualTo(1 << System.Numerics.BitOperations.Log2((uint)route.GroupSize)));
    }

    [Test]
    public void Copies_arrive([Values(0, 1, 5000)] int count)
    {
        using var from = route.Allocate(count + 3);
        using var to = route.Allocate(count + 3);
        var numbers = Enumerable.Range(1, count).ToArray();
        var back = new int[count];
        route.CopyIn(numbers, from.View.Slice(3, count));
        route.Copy(from.View.Slice(3, count), to.View.Slice(1, count));
        route.CopyOut(to.View.Slice(1, count), back);
        Assert.That(back.AsSpan().SequenceEqual(numbers));
        Assert.That(() => route.CopyIn(new float[count + 1], from.View.Slice(0, count)), Throws.ArgumentException);
    }

    [Test]
    public void Fill_stays_within_a_slice()
    {
        using var block = route.Allocate(21);
        route.Fill(block.View, 2);
        route.Fill(block.View.Slice(3, 4), float.NaN);
        var numbers = new float[21];
        route.CopyOut(block.View, numbers);
        Assert.That(numbers.Select((number, index) => (float.IsNaN(number), index is >= 3 and < 7)), Is.All.Matches<(bool Is, bool Wanted)>(pair => pair.Is == pair.Wanted));
    }

    [Test]
    public void A_kernel_known_at_run_time_only_is_loaded_once()
    {
        var kernel = typeof(DeviceRouteTests).GetMethod(nameof(Scale))!.MakeGenericMethod(typeof(Third));
        var launch = route.LoadKernel<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>>>(kernel);
        Assert.That(route.LoadKernel<Action<AcceleratorStream, KernelConfig, int, ArrayView<float>>>(kernel), Is.SameAs(launch));
        using var block = route.Allocate(9);
        route.Fill(block.View, 2);
        launch(route.Stream, route.EachConfig(9), 9, block.View.Floats);
        var numbers = new float[9];
        route.CopyOut(block.View, numbers);
        Assert.That(numbers, Is.All.EqualTo(6));
    }

    [Test, NonParallelizable]
    public void Launches_and_copies_allocate_nothing()
    {
        if (route.Accelerator.AcceleratorType == AcceleratorType.CPU)
            Assert.Pass("ILGPU's simulator allocates a task a launch.");
        using var block = route.Allocate(64);
        var numbers = new float[64];
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 20 && least > 0; attempt++)
        {
            var before = GC.GetTotalAllocatedBytes(true);
            for (var launch = 0; launch < 100; launch++)
            {
                route.CopyIn(numbers, block.View);
                route.Each(64, new Increment(block.View.Floats));
                route.CopyOut(block.View, numbers);
            }
            least = Math.Min(least, GC.GetTotalAllocatedBytes(true) - before);
        }
        Assert.That(least, Is.Zero);
    }

    /// <summary>A kernel with a part that is chosen when the program runs.</summary>
    public static void Scale<TFactor>(int count, ArrayView<float> y) where TFactor : struct, IFactor
    {
        var step = Grid.DimX * Group.DimX;
        for (var index = (Grid.IdxX * Group.DimX) + Group.IdxX; index < count; index += step)
            y[index] *= TFactor.Value;
    }

    public interface IFactor
    {
        static abstract float Value { get; }
    }

    public readonly struct Third : IFactor
    {
        public static float Value => 3;
    }

    public readonly struct Increment(ArrayView<float> y) : IBody
    {
        private readonly ArrayView<float> y = y;

        public void Run(int index) => y[index] += 1;
    }

    /// <summary>The first thread of a group adds up the numbers 1 to size that the group's threads left in shared memory.</summary>
    public readonly struct GroupSum(ArrayView<float> y) : IGroupBody
    {
        private readonly ArrayView<float> y = y;

        public void Run()
        {
            var shared = SharedMemory.Allocate<float>(1024);
            shared[Group.IdxX] = Group.IdxX + 1;
            Group.Barrier();
            if (Group.IdxX != 0)
                return;
            var sum = 0f;
            for (var thread = 0; thread < Group.DimX; thread++)
                sum += shared[thread];
            y[Grid.IdxX] = sum;
        }
    }
}
