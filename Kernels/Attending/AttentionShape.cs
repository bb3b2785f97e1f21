namespace GpuNN.Kernels;

/// <summary>
/// Sizes and places of attention: y[i] = sum_j p[i, j] v[j], p[i] = softmax over j of (scale q[i].k[j] + mask[i, j]), for every item
/// and head. A query sees the keys before its end alone: those that its item has, and with <see cref="Causal"/> none that
/// comes later, where the last query and the last key are of the same time.
/// </summary>
/// <param name="items">Sequences.</param>
/// <param name="heads">Heads of each.</param>
/// <param name="q">Places of the queries.</param>
/// <param name="k">Places of the keys.</param>
/// <param name="v">Places of the values.</param>
/// <param name="scale">Factor of the products, above 0.</param>
/// <param name="causal">Whether later keys are hidden.</param>
public readonly struct AttentionShape(int items, int heads, HeadLayout q, HeadLayout k, HeadLayout v, float scale, bool causal)
{
    /// <summary>Scores below this count as hidden: a mask of minus infinity, or of a large negative number.</summary>
    public const float Hidden = -1e29f;

    /// <summary>What a row that sees nothing has in the place of its statistic, so that all its weights come out as 0.</summary>
    public const float Nothing = 1e30f;

    /// <summary>Sequences.</summary>
    public readonly int Items = items;

    /// <summary>Heads of each.</summary>
    public readonly int Heads = heads;

    /// <summary>Places of the queries, and of their gradient.</summary>
    public readonly HeadLayout Q = q;

    /// <summary>Places of the keys, and of their gradient.</summary>
    public readonly HeadLayout K = k;

    /// <summary>Places of the values, and of their gradient.</summary>
    public readonly HeadLayout V = v;

    /// <summary>Places of the results, and of their gradient: the heads of a query one behind the other.</summary>
    public readonly HeadLayout Y = new(0, heads * v.Width, q.Steps, v.Width);

    /// <summary>Factor of the products.</summary>
    public readonly float Scale = scale;

    /// <summary>1 where later keys are hidden.</summary>
    public readonly int Causal = causal ? 1 : 0;

    /// <summary>Queries of an item.</summary>
    public int Queries => Q.Steps;

    /// <summary>Keys of an item.</summary>
    public int Keys => K.Steps;

    /// <summary>Rows of scores, a statistic each: (items, heads, queries).</summary>
    public int Rows => Items * Heads * Queries;

    /// <summary>Multiply-adds of the two products of the forward pass; the gradient has five.</summary>
    public double MultiplyAdds => (double)Rows * Keys * (Q.Width + V.Width);

    /// <summary>The keys that a query sees: those before this one.</summary>
    /// <param name="query">The query.</param>
    /// <param name="length">Keys that the item has.</param>
    public int End(int query, int length)
    {
        var end = Causal != 0 ? Math.Min(length, query + 1 + Keys - Queries) : length;
        return Math.Max(0, Math.Min(end, Keys));
    }
}
