namespace GpuNN.Benchmarks;

/// <summary>Values for workloads: they do not matter to the times, but constant ones would.</summary>
public static class RandomNumbers
{
    /// <summary>Standard normal numbers, by the Box-Muller transform.</summary>
    public static float[] Normal(int count, int seed)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (var i = 0; i < count; i += 2)
        {
            var radius = MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle()));
            var (sin, cos) = MathF.SinCos(2 * MathF.PI * random.NextSingle());
            numbers[i] = radius * cos;
            if (i + 1 < count)
                numbers[i + 1] = radius * sin;
        }
        return numbers;
    }

    /// <summary>Numbers spread evenly over [0, 1).</summary>
    public static float[] Uniform(int count, int seed)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = random.NextSingle();
        return numbers;
    }

    /// <summary>Class labels 0 .. classes - 1.</summary>
    public static int[] Labels(int count, int classes, int seed)
    {
        var random = new Random(seed);
        var labels = new int[count];
        for (var i = 0; i < count; i++)
            labels[i] = random.Next(classes);
        return labels;
    }
}
