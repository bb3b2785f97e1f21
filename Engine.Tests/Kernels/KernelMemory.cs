using GpuNN.Kernels;
using NUnit.Framework;

namespace GpuNN.Tests;

/// <summary>
/// The operands of one kernel launch: outputs begin as NaN, a device's shared memory too, and so does the room behind every operand,
/// which must still be NaN afterwards.
/// </summary>
public sealed class KernelMemory : IDisposable
{
    private const int Guard = 16;

    private readonly List<(Block Block, int Length)> blocks = [];

    private KernelMemory(Route route) => Route = route;

    public Route Route { get; }

    /// <summary>Runs a kernel on a route and checks that it wrote nothing outside its operands.</summary>
    public static float[] Run(Route route, Func<KernelMemory, float[]> run)
    {
        using var memory = new KernelMemory(route);
        if (route is DeviceRoute device)
            device.Groups(2 * device.Accelerator.NumMultiprocessors, Math.Min(64, device.GroupSize), new PoisonBody());
        var y = run(memory);
        memory.CheckGuards();
        return y;
    }

    public View Input(params float[] x)
    {
        var view = Output(x.Length);
        Route.CopyIn(x, view);
        return view;
    }

    public View Input(params int[] x)
    {
        var view = Output(x.Length);
        Route.CopyIn(x, view);
        return view;
    }

    /// <summary>Room that is NaN before it is written.</summary>
    public View Output(long length)
    {
        var block = Route.Allocate(length + Guard);
        Route.Fill(block.View, float.NaN);
        blocks.Add((block, (int)length));
        return block.View.Slice(0, length);
    }

    public float[] Read(View y)
    {
        var values = new float[y.Length];
        Route.CopyOut(y, values);
        return values;
    }

    public float[] ReadIntegers(View y)
    {
        var values = new int[y.Length];
        Route.CopyOut(y, values);
        return [.. values.Select(value => (float)value)];
    }

    public void Dispose()
    {
        foreach (var (block, _) in blocks)
            block.Dispose();
    }

    private void CheckGuards()
    {
        foreach (var (block, length) in blocks)
            Assert.That(Read(block.View.Slice(length, Guard)), Is.All.NaN, $"{Route.Name}: the room behind an operand of {length} elements");
    }
}
