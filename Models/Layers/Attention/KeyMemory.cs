namespace GpuNN;

/// <summary>What forms of attention share whose keys are their values too.</summary>
internal static class KeyMemory
{
    /// <summary>Weights by scores, and the mixtures of the keys by them.</summary>
    public static Attended Attend(Layer layer, Tensor queries, Tensor keys, Tensor? lengths, Func<Tensor, Tensor, Tensor> scores)
    {
        var one = queries.Shape.Rank == 2;
        if (queries.Shape.Rank is not (2 or 3) || keys.Shape.Rank != 3 || queries.Shape[0] != keys.Shape[0])
            throw new ShapeException($"{layer.GetType().Name}: needs queries (batch, queries, width) or (batch, width) and keys (batch, keys, width), but got {queries.Shape} and {keys.Shape}.\n" +
                $"Give both the same batch as their first axis.\nIn {layer.Path} > {layer}, while recording the forward pass.");
        var q = one ? queries.Reshape([queries.Shape[0], 1, queries.Shape[1]]) : queries;
        var all = scores(q, keys);
        var weights = Attention.Softmax(all, lengths is null ? null : Attention.Visible(keys.Shape[0], q.Shape[1], keys.Shape[1], causal: false, lengths));
        var context = weights.MatMul(keys);
        return one ? new(context.Reshape([keys.Shape[0], keys.Shape[2]]), weights.Reshape([keys.Shape[0], keys.Shape[1]])) : new(context, weights);
    }
}
