using ILGPU;

namespace GpuNN.Kernels;

/// <summary>The step counter of a function: one integer in device memory, so that a captured graph still moves on.</summary>
public static class CounterKernels
{
    /// <summary>Adds one to the counter.</summary>
    public static void Advance(Route route, View counter) => route.Each(1, new CountBody(counter.Ints));
}

/// <summary>counter[0] += 1, on one thread.</summary>
public readonly struct CountBody(ArrayView<int> counter) : IBody
{
    private readonly ArrayView<int> counter = counter;

    /// <inheritdoc/>
    public void Run(int index) => counter[index] += 1;
}
