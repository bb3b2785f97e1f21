using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// Cross-entropy of the softmax against labels, row by row, from logits:
/// y[r] = w[label] * -sum_c t[c] log softmax(x[r])[c], with t = (1 - s) [c = label] + s / classes.
/// Operands: x logits (rows..., classes), labels (rows...) of integers, and, if there are weights, w (classes).
/// Shapes: y (rows...). Units: nats. An ignored row gives 0.
/// </summary>
/// <param name="Smoothing">Label smoothing s in [0, 1). Source: Szegedy et al. (2016).</param>
/// <param name="Ignored">The label of rows that count for nothing.</param>
public sealed record SoftmaxCrossEntropy(float Smoothing, int Ignored) : KernelOperation
{
    /// <inheritdoc/>
    public override void CheckKinds(ReadOnlySpan<Tensor> x) => Labelled.Check(this, x, labels: 1);

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) => Labelled.Rows(this, x);

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var gradient = new Tensor?[node.Inputs.Count];
        gradient[0] = Graph.Node(new SoftmaxCrossEntropyGradient(Smoothing, Ignored), [.. node.Inputs.Take(2), dy, .. node.Inputs.Skip(2)]);
        return gradient;
    }

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at)
    {
        var x = at.ShapeOf(0);
        CrossEntropyKernels.Run(route, at[0], at[1], at.Length > 2 ? at[2] : default, at.Output, Classes.Count(x), x.Last, Smoothing, Ignored);
    }
}

/// <summary>
/// dx[r, c] = dy[r] w[label] (softmax(x[r])[c] - t[c]), the gradient of <see cref="SoftmaxCrossEntropy"/> by the logits.
/// Operands: x, labels, dy (rows...), and w if there are weights.
/// </summary>
/// <param name="Smoothing">Label smoothing.</param>
/// <param name="Ignored">The label of rows that count for nothing.</param>
public sealed record SoftmaxCrossEntropyGradient(float Smoothing, int Ignored) : KernelOperation
{
    /// <inheritdoc/>
    public override void CheckKinds(ReadOnlySpan<Tensor> x) => Labelled.Check(this, x, labels: 1);

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) => x[0];

    // With g the gradient by dx: by x it is softmax's own rule, the targets being constants; dx is linear in dy.
    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy)
    {
        var (x, labels, inner) = (node.Inputs[0], node.Inputs[1], node.Inputs[2]);
        Tensor[] weights = [.. node.Inputs.Skip(3)];
        var scale = inner * Graph.Node(new LabelWeights(x.Shape.Last, Ignored), [labels, .. weights]);
        var unit = Graph.Node(this, [x, labels, new Constant(1).BroadcastTo(inner.Shape), .. weights]);
        var gradient = new Tensor?[node.Inputs.Count];
        gradient[0] = Graph.Node(new SoftmaxGradient(), x.Softmax(), dy * scale.Reshape(Shape.Of([.. inner.Shape.Sizes, 1])));
        gradient[2] = (dy * unit).Sum(-1);
        return gradient;
    }

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) => CrossEntropyKernels.Gradient(
        route, at[0], at[1], at.Length > 3 ? at[3] : default, at[2], at.Output, Classes.Count(at.Shape), at.Shape.Last, Smoothing, Ignored);
}

/// <summary>
/// The weight of each row's label: w[label], 1 without weights, 0 for an ignored row. No gradient.
/// Operands: labels (rows...) of integers, and w (count) if there are weights.
/// </summary>
/// <param name="Count">Number of classes.</param>
/// <param name="Ignored">The label of rows that count for nothing.</param>
public sealed record LabelWeights(int Count, int Ignored) : KernelOperation
{
    /// <inheritdoc/>
    public override void CheckKinds(ReadOnlySpan<Tensor> x) => Labelled.Check(this, x, labels: 0);

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> x) => x[0];

    /// <inheritdoc/>
    public override Tensor?[] Gradient(Node node, Tensor dy) => new Tensor?[node.Inputs.Count];

    /// <inheritdoc/>
    public override void Launch(Route route, Operands at) =>
        CrossEntropyKernels.Weigh(route, at[0], at.Length > 1 ? at[1] : default, at.Output, (int)at.Shape.Elements, Count, Ignored);
}

internal static class Labelled
{
    public static void Check(Operation operation, ReadOnlySpan<Tensor> x, int labels)
    {
        for (var i = 0; i < x.Length; i++)
            if (x[i].Kind != (i == labels ? ElementKind.Int : ElementKind.Float))
                throw new ShapeException(i == labels
                    ? $"{operation.Name}: needs integer labels, but got floats: {x[i]}.\nDeclare them with graph.Labels; for probabilities as targets use Loss.CrossEntropy."
                    : $"{operation.Name}: needs float operands, but operand {i} holds integers: {x[i]}.\nPass the prediction first and the labels second.");
    }

    public static Shape Rows(Operation operation, ReadOnlySpan<Shape> x)
    {
        if (x[0].Rank < 1 || x[0].Last < 1 || x[1] != Shape.Of(x[0].Sizes[..^1]))
            throw ShapeException.For(operation, x, wanted: "needs logits (rows, classes) and one label a row",
                fix: "Let the last layer have as many outputs as there are classes, and feed labels of shape (rows).");
        if (x.Length > 2 && x[2] != Shape.Of(x[0].Last))
            throw ShapeException.For(operation, x, wanted: $"needs one class weight for each of the {x[0].Last} classes",
                fix: "Give as many class weights as the last layer has outputs.");
        return x[1];
    }
}
