namespace GpuNN;

/// <summary>
/// Additive attention: e[i, j] = v . tanh(W q[i] + U k[j]), weights a = softmax over j of e, context c[i] = sum_j a[i, j] k[j].
/// Shapes: q (batch, queries, query width) or (batch, query width) for one query, k (batch, keys, key width).
/// Source: Bahdanau, Cho and Bengio (2015), "Neural machine translation by jointly learning to align and translate".
/// </summary>
public sealed class AdditiveAttention : Layer
{
    private readonly Dense query;
    private readonly Dense key;
    private readonly Dense score;

    /// <summary>Additive attention.</summary>
    /// <param name="queryWidth">Numbers of a query.</param>
    /// <param name="keyWidth">Numbers of a key.</param>
    /// <param name="hidden">Units between them and the score.</param>
    public AdditiveAttention(int queryWidth, int keyWidth, int hidden)
    {
        query = Use("query", new Dense(queryWidth, hidden));
        key = Use("key", new Dense(keyWidth, hidden, bias: false));
        score = Use("score", new Dense(hidden, 1, bias: false));
    }

    /// <summary>Numbers of a query.</summary>
    public int QueryWidth => query.Inputs;

    /// <summary>Numbers of a key.</summary>
    public int KeyWidth => key.Inputs;

    /// <summary>The context of queries among keys, which are the values too.</summary>
    /// <param name="queries">q.</param>
    /// <param name="keys">k.</param>
    /// <param name="lengths">Keys that each item has, integers (batch); all if null.</param>
    public Attended Attend(Tensor queries, Tensor keys, Tensor? lengths = null) => KeyMemory.Attend(this, queries, keys, lengths, Scores);

    /// <summary>The context of each step among all steps of the same sequence.</summary>
    public override Tensor Forward(Tensor x) => Attend(x, x).Context;

    /// <inheritdoc/>
    public override string ToString() => $"AdditiveAttention({QueryWidth} queries, {KeyWidth} keys, {query.Outputs} hidden)";

    private Tensor Scores(Tensor queries, Tensor keys)
    {
        var (q, k) = (query.Apply(queries), key.Apply(keys));
        var hidden = q.Reshape([q.Shape[0], q.Shape[1], 1, q.Shape[2]]) + k.Reshape([k.Shape[0], 1, k.Shape[1], k.Shape[2]]);
        return score.Apply(hidden.Tanh()).Reshape([q.Shape[0], q.Shape[1], k.Shape[1]]);
    }
}
