using System.Collections.Concurrent;

namespace GpuNN.Kernels;

/// <summary>What one call of a pointwise function costs, counted by running it on a lane that counts.</summary>
/// <param name="Instructions">Vector instructions, roughly; a division counts as 8.</param>
/// <param name="Transcendentals">Elementary functions among them: exp, log, tanh and the like.</param>
/// <param name="Uses">A bit for each argument that the result depends on: a slope often needs y alone.</param>
public readonly record struct PointwiseCost(int Instructions, int Transcendentals, int Uses = 0)
{
    private static readonly ConcurrentDictionary<(Type, PointwisePart), PointwiseCost> Known = new();

    /// <summary>The cost of a function's part.</summary>
    public static PointwiseCost Of(Type function, PointwisePart part) => Known.GetOrAdd((function, part), static key =>
    {
        var method = PointwiseMethods.Resolve(key.Item1, key.Item2, typeof(CountingLane));
        var arguments = method.GetParameters().Select((_, i) => (object)new CountingLane(1 << i)).ToArray();
        var result = default(CountingLane);
        var (instructions, transcendentals) = CountingLane.Count(() => result = (CountingLane)method.Invoke(null, arguments)!);
        return new(instructions, transcendentals, result.Uses);
    });

    /// <summary>The cost of all lines of a program.</summary>
    public static PointwiseCost Of(PointwiseProgram program)
    {
        var sum = default(PointwiseCost);
        foreach (var line in program.Lines)
        {
            var cost = Of(line.Function, line.Part);
            sum = new(sum.Instructions + cost.Instructions, sum.Transcendentals + cost.Transcendentals);
        }

        return sum;
    }
}
