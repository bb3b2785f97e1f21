using GpuNN.Kernels;
using ILGPU;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>The route to the processor.</summary>
public sealed unsafe class HostRouteTests
{
    [Test]
    public void Blocks_are_aligned_padded_and_zeroed([Values(1, 5, 16, 17, 1000, 100_000)] long elements)
    {
        using var route = new HostRoute(2);
        for (var round = 0; round < 3; round++)
        {
            using var block = route.Allocate(elements);
            var view = block.View;
            Assert.That(view.Length, Is.EqualTo(elements));
            Assert.That((long)view.Pointer % 64, Is.Zero);
            Assert.That(view.Floats.Length, Is.EqualTo(elements));
            var room = (elements + 15) / 16 * 16;
            Assert.That(new Span<float>(view.Pointer, (int)room).IndexOfAnyExcept(0f), Is.EqualTo(-1));
            // The next block of the system's allocator must not begin zeroed by luck.
            route.Fill(view, float.NaN);
        }
    }

    [Test]
    public void Pointer_and_array_view_are_the_same_memory()
    {
        using var route = new HostRoute(1);
        using var block = route.Allocate(40);
        var slice = block.View.Slice(7, 5);
        slice.Pointer[2] = 3.5f;
        Assert.That(slice.Floats[2], Is.EqualTo(3.5f));
        Assert.That(block.View.Ints[9], Is.EqualTo(BitConverter.SingleToInt32Bits(3.5f)));
        Assert.That(block.View.IntPointer[9], Is.EqualTo(BitConverter.SingleToInt32Bits(3.5f)));
    }

    [Test]
    public void Slices_stay_within_their_view()
    {
        using var route = new HostRoute(1);
        using var block = route.Allocate(10);
        Assert.That(block.View.Slice(10, 0).Length, Is.Zero);
        Assert.That(block.View.Slice(10, 0).Slice(0, 0).Length, Is.Zero);
        Assert.That(() => block.View.Slice(3, 8), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("8 elements from 3 on leaves its view of 10"));
        Assert.That(() => block.View.Slice(-1, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => block.View.Slice(1, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => block.View.Slice(11, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Fill_takes_the_padding_of_a_block_and_nothing_beyond_a_slice()
    {
        using var route = new HostRoute(2);
        using var block = route.Allocate(21);
        var all = new Span<float>(block.View.Pointer, 32);
        route.Fill(block.View, 2);
        Assert.That(all.IndexOfAnyExcept(2f), Is.EqualTo(-1));
        route.Fill(block.View.Slice(0, 5), 3);
        Assert.That(all[..5].IndexOfAnyExcept(3f), Is.EqualTo(-1));
        Assert.That(all[5..].IndexOfAnyExcept(2f), Is.EqualTo(-1));
        route.Fill(block.View.Slice(16, 5), 4);
        Assert.That(all[16..].IndexOfAnyExcept(4f), Is.EqualTo(-1));
    }

    [Test]
    public void Copies_arrive([Values(0, 1, 1000, 300_000)] int count, [Values(1, 2, 3, 5)] int threads)
    {
        using var route = new HostRoute(threads);
        using var from = route.Allocate(count + 1);
        using var to = route.Allocate(count + 1);
        var numbers = Enumerable.Range(0, count).ToArray();
        var back = new int[count];
        route.CopyIn(numbers, from.View.Slice(0, count));
        route.Copy(from.View.Slice(0, count), to.View.Slice(1, count));
        route.CopyOut(to.View.Slice(1, count), back);
        Assert.That(back.AsSpan().SequenceEqual(numbers));
    }

    [Test]
    public void A_copy_over_itself_moves()
    {
        using var route = new HostRoute(2);
        using var block = route.Allocate(100_001);
        var numbers = Enumerable.Range(0, 100_000).Select(i => (float)i).ToArray();
        route.CopyIn(numbers, block.View.Slice(0, 100_000));
        route.Copy(block.View.Slice(0, 100_000), block.View.Slice(1, 100_000));
        route.CopyOut(block.View.Slice(1, 100_000), numbers);
        Assert.That(numbers.AsSpan().SequenceEqual([.. Enumerable.Range(0, 100_000).Select(i => (float)i)]));
    }

    [Test]
    public void Copies_of_unequal_lengths_are_refused()
    {
        using var route = new HostRoute(1);
        using var block = route.Allocate(8);
        Assert.That(() => route.CopyIn(new float[7], block.View), Throws.ArgumentException.With.Message.Contains("7 in the source and 8 in the target"));
        Assert.That(() => route.CopyOut(block.View, new float[9]), Throws.ArgumentException);
        Assert.That(() => route.Copy(block.View, block.View.Slice(0, 3)), Throws.ArgumentException);
    }

    [Test]
    public void Each_gives_the_same_bits_on_any_number_of_threads()
    {
        var expected = Run(1);
        foreach (var threads in (int[])[2, 3, 5])
            Assert.That(Run(threads).AsSpan().SequenceEqual(expected), $"{threads} threads");

        static float[] Run(int threads)
        {
            const int count = 100_003;
            using var route = new HostRoute(threads);
            using var x = route.Allocate(count);
            using var y = route.Allocate(count);
            route.Each(count, new Ramp(x.View.Floats));
            route.Each(count, new SquareAdd(x.View.Floats, y.View.Floats));
            var result = new float[count];
            route.CopyOut(y.View, result);
            return result;
        }
    }

    [Test]
    public void Each_computes_and_a_count_of_zero_does_nothing()
    {
        using var route = new HostRoute(2);
        using var block = route.Allocate(5000);
        route.Each(0, new Ramp(block.View.Floats));
        Assert.That(block.View.Pointer[1], Is.Zero);
        route.Each(5000, new Ramp(block.View.Floats), cost: 1000);
        for (var index = 0; index < 5000; index++)
            Assert.That(block.View.Pointer[index], Is.EqualTo(0.001f * index));
    }

    [Test]
    public void A_block_larger_than_the_machine_is_refused_with_its_bytes()
    {
        using var route = new HostRoute(1);
        Assert.That(() => route.Allocate(1L << 44), Throws.TypeOf<DeviceException>().With.Message.Contains("a block of 70,368,744,177,664 bytes"));
        Assert.That(() => route.Allocate(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Lane_widths_are_16_8_or_4()
    {
        using var narrow = new HostRoute(1, laneWidth: 4);
        Assert.That(narrow.LaneWidth, Is.EqualTo(4));
        using var widest = new HostRoute(1);
        Assert.That(widest.LaneWidth, Is.AnyOf(16, 8, 4));
        Assert.That(widest.Description, Does.StartWith("cpu (1 thread, "));
        Assert.That(() => new HostRoute(1, laneWidth: 5), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private readonly struct Ramp(ArrayView<float> y) : IBody
    {
        private readonly ArrayView<float> y = y;

        public void Run(int index) => y[index] = 0.001f * index;
    }

    private readonly struct SquareAdd(ArrayView<float> x, ArrayView<float> y) : IBody
    {
        private readonly ArrayView<float> x = x;
        private readonly ArrayView<float> y = y;

        public void Run(int index) => y[index] += x[index] * x[index];
    }
}
