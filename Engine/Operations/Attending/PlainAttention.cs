namespace GpuNN.Operations;

/// <summary>
/// Attention from plain operations, with its scores in memory: for gradients of gradients, and where the weights themselves are wanted.
/// </summary>
internal static class PlainAttention
{
    // A score that is hidden; smaller than any that is meant, and far from the end of the range.
    private const float Closed = -1e30f;

    /// <summary>The operands that are floats: queries, keys and values, then the mask.</summary>
    public static Tensor[] Floats(AttentionForm form, IReadOnlyList<Tensor> x) =>
        [.. x.Take(form.Sources), .. form.MaskAt is { } at ? [x[at]] : Array.Empty<Tensor>()];

    /// <summary>y (batch, queries, heads * value width).</summary>
    /// <param name="form">Heads, scale, and what hides keys.</param>
    /// <param name="x">The operands that are floats.</param>
    /// <param name="lengths">Keys that each item has, if it is said.</param>
    public static Tensor Results(AttentionForm form, Tensor[] x, Tensor? lengths)
    {
        var (q, k, v) = form.Together ? Split(form, x[0]) : (Heads(x[0], form.Heads), Heads(x[1], form.Heads), Heads(x[2], form.Heads));
        var y = Weights(form, q, k, lengths, form.HasMask ? x[^1] : null).MatMul(v).Permute(0, 2, 1, 3);
        return y.Reshape([y.Shape[0], y.Shape[1], y.Shape[2] * y.Shape[3]]);
    }

    /// <summary>p (batch, heads, queries, keys).</summary>
    /// <param name="form">Heads, scale, and what hides keys.</param>
    /// <param name="q">Queries by head (batch, heads, queries, width).</param>
    /// <param name="k">Keys by head.</param>
    /// <param name="lengths">Keys that each item has, if it is said.</param>
    /// <param name="mask">What is added to the scores, or null.</param>
    public static Tensor Weights(AttentionForm form, Tensor q, Tensor k, Tensor? lengths, Tensor? mask)
    {
        var scores = q.MatMul(k.Transpose()) * form.Scale;
        var (queries, keys) = (q.Shape[2], k.Shape[2]);
        Tensor? visible = null;
        if (form.Causal || lengths is not null)
        {
            visible = Attention.Visible(q.Shape[0], queries, keys, form.Causal, lengths);
            visible = visible.Reshape([visible.Shape[0], 1, queries, keys]);
        }
        if (mask is not null)
        {
            scores += mask.Maximum(Closed);
            var open = mask.Greater(Kernels.AttentionShape.Hidden);
            visible = visible is null ? open : visible * open;
        }
        return Softmax(scores, visible);
    }

    /// <summary>The softmax over what is seen; zeros for a row that sees nothing.</summary>
    public static Tensor Softmax(Tensor scores, Tensor? visible) => visible is null ? scores.Softmax() : (scores + (visible - 1f) * -Closed).Softmax() * visible;

    /// <summary>Heads (batch, heads, steps, width) of a sequence (batch, steps, heads * width).</summary>
    public static Tensor Heads(Tensor x, int heads) => x.Reshape([x.Shape[0], x.Shape[1], heads, x.Shape[2] / heads]).Permute(0, 2, 1, 3);

    private static (Tensor Q, Tensor K, Tensor V) Split(AttentionForm form, Tensor x)
    {
        Tensor Part(int part) => Heads(x.Slice(2, part * (x.Shape[2] / 3), x.Shape[2] / 3), form.Heads);
        return (Part(0), Part(1), Part(2));
    }
}
