namespace GpuNN.Tests;

/// <summary>
/// Graphs of pointwise functions, products, reductions, softmax, views and moves, drawn from a seed: the same seed always
/// records the same graph. All functions are smooth and values stay of the order of 1.
/// </summary>
internal sealed class RandomGraph(int seed, int length = 25)
{
    private const int MostElements = 150;

    private static readonly Shape[] shapes = [[3, 5], [5], [3, 1], [], [5, 4], [4], [2, 3, 5], [3, 5]];

    private Random random = new(seed);
    private List<Tensor> pool = [];

    public static IReadOnlyList<Shape> Shapes => shapes;

    /// <summary>The numbers of the inputs.</summary>
    public float[][] Feeds { get; } = MakeFeeds(seed);

    /// <summary>Declares the inputs.</summary>
    public static Tensor[] Inputs(Graph graph) => [.. shapes.Select((shape, i) => graph.Input($"x{i}", shape))];

    /// <summary>Records the graph: a tensor in its middle, another one detached, and the last one.</summary>
    public Tensor[] Record(Tensor[] inputs)
    {
        random = new Random(seed);
        pool = [.. inputs];
        while (pool.Count < inputs.Length + length)
            if (Next() is { Shape.Elements: <= MostElements } next)
                pool.Add(next);
        return [pool[inputs.Length + random.Next(length)], pool[inputs.Length + random.Next(length)].Detach(), pool[^1]];
    }

    private Tensor? Next()
    {
        var x = Any();
        return random.Next(14) switch
        {
            0 => x.Tanh(),
            1 => x.Sigmoid(),
            2 => x.Softplus() * 0.5f,
            3 => x.Map<PointwiseTests.Bump>(),
            4 => -x,
            5 => 0.7f * x + 0.3f,
            6 => Pair(x, (a, b) => (a + b) * 0.7f),
            7 => Pair(x, (a, b) => a - b.Tanh()),
            8 => Pair(x, (a, b) => a.Tanh() * b),
            9 => Pair(x, (a, b) => a / (1f + b.Square())),
            10 => Product(x),
            11 => Reduction(x),
            12 => x.Shape.Rank > 0 ? x.Softmax() : null,
            _ => View(x),
        };
    }

    private Tensor Any() => pool[random.Next(4) == 0 ? random.Next(pool.Count) : Math.Max(0, pool.Count - 1 - random.Next(6))];

    private Tensor? Pair(Tensor a, Func<Tensor, Tensor, Tensor> combine)
    {
        var b = Any();
        return Shape.Broadcast(a.Shape, b.Shape) is { Elements: <= MostElements } ? combine(a, b) : null;
    }

    private Tensor? Product(Tensor a)
    {
        var partners = pool.Where(b => a.Shape.Rank >= 2 && b.Shape.Rank == 2 && (b.Shape[0] == a.Shape[^1] || b.Shape[1] == a.Shape[^1])).ToArray();
        if (partners.Length == 0)
            return null;
        var b = partners[random.Next(partners.Length)];
        return 0.4f * a.MatMul(b.Shape[0] == a.Shape[^1] ? b : b.Transpose());
    }

    private Tensor? Reduction(Tensor x)
    {
        if (x.Shape.Rank == 0)
            return null;
        var axis = random.Next(x.Shape.Rank);
        return random.Next(3) switch
        {
            0 => x.Mean(axis, keepAxis: true),
            1 => x.Sum(axis) * 0.3f,
            _ => x.Mean(),
        };
    }

    private Tensor View(Tensor x)
    {
        if (x.Shape.Rank == 0)
            return x.Reshape([1, 1]);
        var axis = random.Next(x.Shape.Rank);
        return random.Next(5) switch
        {
            0 => x.Reshape([x.Shape[0], (int)x.Shape.Skip(1).Elements]),
            1 => x.Reshape([(int)x.Shape.Elements]),
            2 when x.Shape.Rank > 1 => x.Transpose(),
            3 => x.Slice(axis, x.Shape[axis] / 2, x.Shape[axis] - x.Shape[axis] / 2),
            _ => Slicing.Concatenate(axis, x, x.Tanh()),
        };
    }

    private static float[][] MakeFeeds(int seed)
    {
        var random = new Random(seed + 1000);
        return [.. shapes.Select(shape => Enumerable.Range(0, (int)shape.Elements).Select(_ => 3 * random.NextSingle() - 1.5f).ToArray())];
    }
}
