using GpuNN.Operations;

namespace GpuNN;

/// <summary>Attention on tensors.</summary>
public static class Attention
{
    /// <summary>
    /// Scaled dot-product attention y = softmax(q k^T scale + mask) v, without its matrix of scores in memory.
    /// Shapes: q (batch..., queries, width), k (batch..., keys, width), v (batch..., keys, value width), y (batch..., queries, value width).
    /// </summary>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="mask">What is added to the scores (queries, keys); minus infinity hides a key.</param>
    /// <param name="causal">Whether a query sees no later key; the last query and the last key are of the same time.</param>
    /// <param name="lengths">Keys that each item has, integers (batch); the others are padding.</param>
    /// <param name="scale">Factor of the products; 1 / sqrt(width) if null.</param>
    public static Tensor Scaled(Tensor q, Tensor k, Tensor v, Tensor? mask = null, bool causal = false, Tensor? lengths = null, float? scale = null)
    {
        if (q.Shape.Rank < 2 || k.Shape.Rank != q.Shape.Rank || v.Shape.Rank != q.Shape.Rank)
            throw new ShapeException($"Attention: needs queries, keys and values (batch..., steps, width) with equally many axes, but got {q.Shape}, {k.Shape} and {v.Shape}.\nGive one item a batch axis of 1.");
        var y = Heads(Sequence(q), Sequence(k), Sequence(v), 1, mask, causal, lengths, scale);
        return y.Reshape(Shape.Of([.. q.Shape.Sizes[..^1], v.Shape.Last]));
    }

    /// <summary>
    /// Attention of several heads, each with its part of the last axis.
    /// Shapes: q (batch, queries, heads * width), k (batch, keys, heads * width), v (batch, keys, heads * value width), y (batch, queries, heads * value width).
    /// </summary>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="mask">What is added to the scores (queries, keys).</param>
    /// <param name="causal">Whether a query sees no later key.</param>
    /// <param name="lengths">Keys that each item has, integers (batch).</param>
    /// <param name="scale">Factor of the products; 1 / sqrt(width) if null.</param>
    public static Tensor Heads(Tensor q, Tensor k, Tensor v, int heads, Tensor? mask = null, bool causal = false, Tensor? lengths = null, float? scale = null) =>
        Of([q, k, v], heads, mask, causal, lengths, scale);

    /// <summary>Attention of a sequence to itself, from one projection (batch, steps, 3 * heads * width) that holds queries, keys and values.</summary>
    /// <param name="qkv">The projection.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="mask">What is added to the scores (steps, steps).</param>
    /// <param name="causal">Whether a query sees no later key.</param>
    /// <param name="lengths">Steps that each item has, integers (batch).</param>
    /// <param name="scale">Factor of the products; 1 / sqrt(width) if null.</param>
    public static Tensor Heads(Tensor qkv, int heads, Tensor? mask = null, bool causal = false, Tensor? lengths = null, float? scale = null) =>
        Of([qkv], heads, mask, causal, lengths, scale);

    /// <summary>
    /// The weights themselves, for pictures: p (batch, heads, queries, keys). A query that sees no key has zeros.
    /// Shapes: q (batch, queries, heads * width), k (batch, keys, heads * width).
    /// </summary>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="mask">What is added to the scores (queries, keys).</param>
    /// <param name="causal">Whether a query sees no later key.</param>
    /// <param name="lengths">Keys that each item has, integers (batch).</param>
    /// <param name="scale">Factor of the products; 1 / sqrt(width) if null.</param>
    public static Tensor Weights(Tensor q, Tensor k, int heads = 1, Tensor? mask = null, bool causal = false, Tensor? lengths = null, float? scale = null)
    {
        var form = Form(q.Shape.Last / Math.Max(1, heads), heads, together: false, mask, causal, lengths, scale);
        // the rules of attention, with the keys as their own values
        form.Sizes(new Attend(form), [q.Shape, k.Shape, k.Shape, .. lengths is null ? [] : new[] { lengths.Shape }, .. mask is null ? [] : new[] { mask.Shape }]);
        return PlainAttention.Weights(form, PlainAttention.Heads(q, heads), PlainAttention.Heads(k, heads), lengths, mask);
    }

    /// <summary>The softmax of scores over what is seen; a row that sees nothing has zeros.</summary>
    /// <param name="scores">Scores (..., keys).</param>
    /// <param name="visible">1 where a key is seen, else 0, in a shape that broadcasts to that of the scores; null where all are.</param>
    public static Tensor Softmax(Tensor scores, Tensor? visible) => PlainAttention.Softmax(scores, visible);

    /// <summary>1 where a query sees a key, else 0: (batch or 1, queries, keys).</summary>
    /// <param name="batch">Items.</param>
    /// <param name="queries">Queries.</param>
    /// <param name="keys">Keys.</param>
    /// <param name="causal">Whether a query sees no later key.</param>
    /// <param name="lengths">Keys that each item has, integers (batch); without, the result serves all items.</param>
    public static Tensor Visible(int batch, int queries, int keys, bool causal, Tensor? lengths = null) => lengths is null
        ? Graph.Node(new Visibility(1, queries, keys, causal))
        : Graph.Node(new Visibility(batch, queries, keys, causal), lengths);

    private static Tensor Of(Tensor[] sources, int heads, Tensor? mask, bool causal, Tensor? lengths, float? scale)
    {
        var form = Form(sources[0].Shape.Last / (Math.Max(1, heads) * (sources.Length == 1 ? 3 : 1)), heads, sources.Length == 1, mask, causal, lengths, scale);
        Tensor[] operands = [.. sources, .. lengths is null ? [] : new[] { lengths }, .. mask is null ? [] : new[] { mask }];
        return new Attend(form).Apply(operands)[0];
    }

    private static AttentionForm Form(int width, int heads, bool together, Tensor? mask, bool causal, Tensor? lengths, float? scale) =>
        new(heads, scale ?? 1 / MathF.Sqrt(Math.Max(1, width)), causal, together, lengths is not null, mask is not null);

    private static Tensor Sequence(Tensor x) => x.Reshape([x.Shape.Before(x.Shape.Rank - 2), x.Shape[^2], x.Shape[^1]]);
}
