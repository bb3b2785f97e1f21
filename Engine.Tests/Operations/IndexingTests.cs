namespace GpuNN.Tests;

/// <summary>Labels and indices: gather, scatter-add, one-hot, equality.</summary>
[TestFixtureSource(typeof(Devices), nameof(Devices.All)), Category("Kernels")]
[Covers(typeof(Operations.Gather), typeof(Operations.ScatterAdd), typeof(Operations.OneHot), typeof(Operations.EqualLabels))]
public sealed class IndexingTests(Device device)
{
    private static readonly int[] rows = [2, 0, 2, 3, 2, 0];

    [Test]
    public void Gather_agrees_with_rows_that_come_again() => OperationCheck.Verify(device, new Operations.Gather(), [[4, 5], [6]],
        x => [.. rows.SelectMany(row => x[0].Skip(5 * row).Take(5))], Index(1, rows));

    [Test]
    public void Gather_of_whole_matrices_by_a_matrix_of_indices_agrees() => OperationCheck.Verify(device, new Operations.Gather(), [[4, 2, 3], [2, 3]],
        x => [.. rows.SelectMany(row => x[0].Skip(6 * row).Take(6))], Index(1, rows));

    [Test]
    public void Gather_from_a_vector_agrees() => OperationCheck.Verify(device, x => x[0].Gather(x[1]).Square(), [[4], [6]],
        x => [.. rows.Select(row => x[0][row] * x[0][row])], Index(1, rows));

    [Test]
    public void ScatterAdd_agrees_where_rows_meet() => OperationCheck.Verify(device, new Operations.ScatterAdd([4, 5]), [[6, 5], [6]], x =>
    {
        var y = new double[20];
        for (var p = 0; p < rows.Length; p++)
            for (var c = 0; c < 5; c++)
                y[5 * rows[p] + c] += x[0][5 * p + c];
        return y;
    }, Index(1, rows));

    [Test]
    public void An_index_outside_the_table_gives_NaN()
    {
        var function = device.Compile(graph => graph.Input("table", [2, 3]).Gather(graph.Labels("index", [3])), Checks.PoisonedArena);
        var y = function.Run(new float[] { 1, 2, 3, 4, 5, 6 }, new[] { 1, -1, 2 })[0].ToArray();
        Assert.That(y, Is.EqualTo(new[] { 4, 5, 6, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN }));
    }

    [Test]
    public void No_indices_give_no_rows()
    {
        var function = device.Compile(graph =>
        {
            var table = graph.Input("table", [2, 3]);
            var y = table.Gather(graph.Labels("index", [0]));
            return [y, .. graph.Gradients(y.Sum(), [table])];
        }, Checks.PoisonedArena);
        var results = function.Run(new float[6], Array.Empty<int>());
        Assert.That(results[0].Shape, Is.EqualTo(Shape.Of(0, 3)));
        Assert.That(results[1].ToArray(), Is.EqualTo(new float[6]));
    }

    [Test]
    public void OneHot_agrees_and_a_label_outside_gives_zeros()
    {
        int[] labels = [2, 0, -1, 3, 1];
        OperationCheck.Verify(device, x => x[0].OneHot(3) * x[1], [[5], [5, 3]],
            x => [.. x[1].Select((value, i) => labels[i / 3] == i % 3 ? value : 0)], Index(0, labels));
    }

    [Test]
    public void Equality_of_labels_agrees()
    {
        var options = new CheckOptions { Integers = new Dictionary<int, int[]> { [0] = [1, 2, 3, -1, 0], [1] = [1, 3, 3, -1, 4] }, Differentiable = false };
        OperationCheck.Verify(device, x => x[0].EqualTo(x[1]), [[5], [5]], _ => [1, 0, 1, 1, 0], options);
    }

    [Test]
    public void The_index_of_the_greatest_gathers()
    {
        var function = device.Compile(graph => graph.Input("table", [3, 2]).Gather(graph.Input("x", [4, 3]).ArgMax()), Checks.PoisonedArena);
        var y = function.Run(new float[] { 1, 2, 3, 4, 5, 6 }, new float[] { 0, 1, 0, 9, 1, 0, 0, 0, 1, 5, 5, 5 })[0].ToArray();
        Assert.That(y, Is.EqualTo(new float[] { 3, 4, 1, 2, 5, 6, 1, 2 }));
    }

    private static CheckOptions Index(int operand, int[] values) => new() { Integers = new Dictionary<int, int[]> { [operand] = values } };
}
