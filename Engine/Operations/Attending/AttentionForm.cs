using GpuNN.Kernels;

namespace GpuNN.Operations;

/// <summary>
/// What attention is given and how. Its operands, in this order: queries (batch, queries, heads * width), keys (batch, keys, heads * width) and
/// values (batch, keys, heads * value width), or all three as one tensor (batch, steps, 3 * heads * width), queries first; then the keys that
/// each item has, integers (batch); then what is added to the scores (queries, keys).
/// </summary>
/// <param name="Heads">Heads, each with a part of the last axis.</param>
/// <param name="Scale">Factor of the products of queries and keys, above 0.</param>
/// <param name="Causal">Whether a query sees no later key; the last query and the last key are of the same time.</param>
/// <param name="Together">Whether queries, keys and values are one tensor.</param>
/// <param name="HasLengths">Whether there are lengths.</param>
/// <param name="HasMask">Whether something is added to the scores.</param>
public readonly record struct AttentionForm(int Heads, float Scale, bool Causal, bool Together, bool HasLengths, bool HasMask)
{
    /// <summary>Tensors of queries, keys and values.</summary>
    public int Sources => Together ? 1 : 3;

    /// <summary>All operands.</summary>
    public int Operands => Sources + (HasLengths ? 1 : 0) + (HasMask ? 1 : 0);

    internal int? LengthsAt => HasLengths ? Sources : null;

    internal int? MaskAt => HasMask ? Operands - 1 : null;

    internal void CheckKinds(Operation operation, ReadOnlySpan<Tensor> x)
    {
        for (var i = 0; i < x.Length; i++)
            if (x[i].Kind != (i == LengthsAt ? ElementKind.Int : ElementKind.Float))
                throw new ShapeException(i == LengthsAt
                    ? $"{operation.Name}: needs integers as lengths, but got {x[i]}.\nDeclare them with graph.Labels."
                    : $"{operation.Name}: needs float operands, but operand {i} holds integers: {x[i]}.\nTake rows of a table by them first, with Gather or an Embedding.");
    }

    internal AttentionShape Sizes(Operation operation, ReadOnlySpan<Shape> x)
    {
        if (Heads < 1 || !(Scale > 0 && float.IsFinite(Scale)))
            throw ShapeException.For(operation, x, wanted: $"needs at least one head and a scale above 0, not {Heads} and {Scale}", fix: "The usual scale is 1 / sqrt(width of a head).");
        for (var i = 0; i < Sources; i++)
            if (x[i].Rank != 3)
                throw ShapeException.For(operation, x, wanted: "needs sequences (batch, steps, heads * width)", fix: "Reshape the axes before the steps to one.");
        var (q, k, v) = Together ? (x[0], x[0], x[0]) : (x[0], x[1], x[2]);
        var parts = Together ? 3 : 1;
        if (q.Last % (parts * Heads) != 0 || v.Last % (parts * Heads) != 0)
            throw ShapeException.For(operation, x, wanted: $"needs a last axis that {Heads} heads share evenly{(Together ? ", three times" : "")}", fix: "Let the number of heads divide the width.");
        if (q[0] != k[0] || k[0] != v[0] || k[1] != v[1] || q.Last != k.Last)
            throw ShapeException.For(operation, x, wanted: "needs equally many items, a value for each key, and queries as wide as keys", fix: "The order is queries, keys, values.");
        if (HasLengths && x[LengthsAt!.Value] != Shape.Of(q[0]))
            throw ShapeException.For(operation, x, wanted: $"needs one length for each of {q[0]} items", fix: "Give the lengths the shape (batch).");
        if (HasMask && x[MaskAt!.Value] != Shape.Of(q[1], k[1]))
            throw ShapeException.For(operation, x, wanted: $"needs a mask ({q[1]}, {k[1]}) of queries and keys", fix: "One mask serves all items and heads; hide the padding of single items by lengths.");
        var (width, value) = (q.Last / parts / Heads, v.Last / parts / Heads);
        var part = Together ? Heads * width : 0;
        return new AttentionShape(q[0], Heads, new(0, q.Last, q[1], width), new(part, k.Last, k[1], width), new(2 * part, v.Last, v[1], value), Scale, Causal);
    }

    internal AttentionViews Views(Operands at, View y, View statistics) => new(at[0], at[Together ? 0 : 1], at[Together ? 0 : 2],
        HasLengths ? at[LengthsAt!.Value] : null, HasMask ? at[MaskAt!.Value] : null, y, statistics);

    internal static Shape Statistics(in AttentionShape sizes) => [sizes.Items, sizes.Heads, sizes.Queries];
}
