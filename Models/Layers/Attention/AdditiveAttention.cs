namespace GpuNN;

/// <summary>
/// Additive attention: e[i, j] = v . tanh(W q[i] + U k[j]), weights a = softmax over j of e, context c[i] = sum_j a[i, j] k[j]. With a reach r it also knows
/// where it looked last: the score adds F (a'[j - r], ..., a'[j + r]) inside tanh, where a' are the weights of the query before, 0 outside the keys.
/// So it can move on by a step whatever the keys say, among more keys than it learned from too.
/// Shapes: q (batch, queries, query width) or (batch, query width) for one query, k (batch, keys, key width), a' (batch, keys).
/// Sources: Bahdanau, Cho and Bengio (2015), "Neural machine translation by jointly learning to align and translate"; for the reach Chorowski, Bahdanau,
/// Serdyuk, Cho and Bengio (2015), "Attention-based models for speech recognition", whose filters F is the product of with their weights.
/// </summary>
public sealed class AdditiveAttention : Layer
{
    private readonly Dense query;
    private readonly Dense key;
    private readonly Dense score;
    private readonly Dense? place;

    /// <summary>Additive attention.</summary>
    /// <param name="queryWidth">Numbers of a query.</param>
    /// <param name="keyWidth">Numbers of a key.</param>
    /// <param name="hidden">Units between them and the score.</param>
    /// <param name="reach">How far to both sides it sees where it looked last; 0 for not at all.</param>
    public AdditiveAttention(int queryWidth, int keyWidth, int hidden, int reach = 0)
    {
        if (reach < 0)
            throw new ArgumentOutOfRangeException(nameof(reach), $"AdditiveAttention: sees 0 or more places to both sides, but got a reach of {reach}.\nLeave it out for scores by content alone.");
        Reach = reach;
        query = Use("query", new Dense(queryWidth, hidden));
        key = Use("key", new Dense(keyWidth, hidden, bias: false));
        score = Use("score", new Dense(hidden, 1, bias: false));
        if (reach > 0)
            place = Use("place", new Dense(2 * reach + 1, hidden, bias: false));
    }

    /// <summary>Numbers of a query.</summary>
    public int QueryWidth => query.Inputs;

    /// <summary>Numbers of a key.</summary>
    public int KeyWidth => key.Inputs;

    /// <summary>How far to both sides it sees where it looked last.</summary>
    public int Reach { get; }

    /// <summary>The context of queries among keys, which are the values too.</summary>
    /// <param name="queries">q.</param>
    /// <param name="keys">k.</param>
    /// <param name="lengths">Keys that each item has, integers (batch); all if null.</param>
    /// <param name="before">The weights of the query before, (batch, keys), where there is a reach and one query; null for none.</param>
    public Attended Attend(Tensor queries, Tensor keys, Tensor? lengths = null, Tensor? before = null)
    {
        if (before is not null && (place is null || queries.Shape.Rank == 3 && queries.Shape[1] != 1 || keys.Shape.Rank != 3 || before.Shape != Shape.Of(keys.Shape[0], keys.Shape[1])))
            throw new ShapeException($"{this}: needs a reach, one query, and the weights of the one before (batch, keys), but got queries {queries.Shape}, keys {keys.Shape} and weights {before.Shape}.\n" +
                $"Make it with a reach of 1 or more, and ask query by query.\nIn {Path}, while recording the forward pass.");
        return KeyMemory.Attend(this, queries, keys, lengths, (q, k) => Scores(q, k, before));
    }

    /// <summary>The context of each step among all steps of the same sequence.</summary>
    public override Tensor Forward(Tensor x) => Attend(x, x).Context;

    /// <inheritdoc/>
    public override string ToString() => $"AdditiveAttention({QueryWidth} queries, {KeyWidth} keys, {query.Outputs} hidden{(Reach > 0 ? $", reach {Reach}" : "")})";

    private Tensor Scores(Tensor queries, Tensor keys, Tensor? before)
    {
        var (q, k) = (query.Apply(queries), key.Apply(keys));
        var hidden = q.Reshape([q.Shape[0], q.Shape[1], 1, q.Shape[2]]) + k.Reshape([k.Shape[0], 1, k.Shape[1], k.Shape[2]]);
        if (before is not null)
            hidden += place!.Apply(Around(before)).Reshape([k.Shape[0], 1, k.Shape[1], k.Shape[2]]);
        return score.Apply(hidden.Tanh()).Reshape([q.Shape[0], q.Shape[1], k.Shape[1]]);
    }

    // the weights around each key, (batch, keys, 2 reach + 1)
    private Tensor Around(Tensor before)
    {
        var (batch, keys) = (before.Shape[0], before.Shape[1]);
        var padded = before.Pad(1, Reach, Reach);
        return Slicing.Concatenate(2, [.. Enumerable.Range(0, 2 * Reach + 1).Select(offset => padded.Slice(1, offset, keys).Reshape([batch, keys, 1]))]);
    }
}
