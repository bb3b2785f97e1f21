using GpuNN.Kernels;

namespace GpuNN.Tests;

/// <summary>
/// Computes recorded graphs node by node in double precision: nothing is fused, planned or scheduled. It knows the forward
/// operations; gradients are held against differences of what it says.
/// </summary>
internal sealed class Interpreter(IReadOnlyDictionary<string, double[]> feeds)
{
    private static readonly Dictionary<Type, Func<double[], double>> functions = new()
    {
        [typeof(Pointwise.Add)] = v => v[0] + v[1],
        [typeof(Pointwise.Subtract)] = v => v[0] - v[1],
        [typeof(Pointwise.Multiply)] = v => v[0] * v[1],
        [typeof(Pointwise.Divide)] = v => v[0] / v[1],
        [typeof(Pointwise.Maximum)] = v => Math.Max(v[0], v[1]),
        [typeof(Pointwise.WhereGreater)] = v => v[0] > v[1] ? v[2] : v[3],
        [typeof(Pointwise.Negate)] = v => -v[0],
        [typeof(Pointwise.Tanh)] = v => Math.Tanh(v[0]),
        [typeof(Pointwise.Sigmoid)] = v => 1 / (1 + Math.Exp(-v[0])),
        [typeof(Pointwise.Softplus)] = v => Math.Log(1 + Math.Exp(v[0])),
        [typeof(Pointwise.Square)] = v => v[0] * v[0],
        [typeof(Pointwise.Exp)] = v => Math.Exp(v[0]),
        [typeof(PointwiseTests.Bump)] = v => Math.Exp(-v[0] * v[0]),
    };

    private readonly Dictionary<Tensor, double[]> known = new(ReferenceEqualityComparer.Instance);

    public double[] Value(Tensor tensor)
    {
        if (known.TryGetValue(tensor, out var value))
            return value;
        return known[tensor] = tensor switch
        {
            Constant constant => [constant.Value],
            Input input => feeds[input.Feed],
            Node node => Compute(node, [.. node.Inputs.Select(input => input.Shape)], [.. node.Inputs.Select(Value)]),
            _ => throw new NotSupportedException($"{tensor}"),
        };
    }

    private static double[] Compute(Node node, Shape[] shapes, double[][] x) => node.Operation switch
    {
        PointwiseOperation { Part: PointwisePart.Value } pointwise => Reference.Pointwise(shapes, x, functions[pointwise.Function]),
        Operations.Part part => x[0][part.Start..part.End],
        AliasOperation => x[0],
        Operations.Fill fill => [.. Enumerable.Repeat((double)fill.Value, (int)fill.Shape.Elements)],
        Operations.Broadcast broadcast => Reference.Broadcast(x[0], shapes[0], broadcast.To),
        Operations.MatMul product => Reference.MatMul(x[0], shapes[0], x[1], shapes[1], product.TransposeA, product.TransposeB),
        Operations.Softmax => Reference.Softmax(x[0], shapes[0].Last),
        Operations.Sum sum => Sum(x[0], shapes[0], node.Shape, sum.Scale),
        Operations.Permute permute => Reference.Build([.. node.Shape], at =>
        {
            var from = new int[at.Length];
            for (var k = 0; k < at.Length; k++)
                from[permute.Order[k]] = at[k];
            return x[0][Reference.Flat(from, [.. shapes[0]])];
        }),
        Operations.Slice slice => Reference.Build([.. node.Shape], at => x[0][Reference.Flat([.. at.Select((i, axis) => i + slice.Starts[axis])], [.. shapes[0]])]),
        Operations.Concatenate concatenate => Reference.Build([.. node.Shape], at =>
        {
            var part = 0;
            while (at[concatenate.Axis] >= shapes[part][concatenate.Axis])
                at[concatenate.Axis] -= shapes[part++][concatenate.Axis];
            return x[part][Reference.Flat(at, [.. shapes[part]])];
        }),
        _ => throw new NotSupportedException(node.Operation.Name),
    };

    private static double[] Sum(double[] x, Shape from, Shape to, double scale)
    {
        var y = new double[to.Elements];
        Reference.Build([.. from], at => y[Reference.Flat([.. at.Select((i, axis) => to[axis] == 1 ? 0 : i)], [.. to])] += x[Reference.Flat(at, [.. from])]);
        return [.. y.Select(sum => scale * sum)];
    }
}
