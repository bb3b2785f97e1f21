namespace GpuNN;

/// <summary>
/// Multiplicative attention: weights a = softmax over j of e, context c[i] = sum_j a[i, j] k[j], with the scores e[i, j] of
/// <list type="bullet">
/// <item>the dot form, q[i] . k[j];</item>
/// <item>the scaled form, q[i] . k[j] / sqrt(width), whose size does not grow with the width;</item>
/// <item>the general form, q[i] . W k[j], which needs no equal widths.</item>
/// </list>
/// Shapes: q (batch, queries, query width) or (batch, query width) for one query, k (batch, keys, key width).
/// Source: Luong, Pham and Manning (2015), "Effective approaches to attention-based neural machine translation"; scaled: Vaswani et al. (2017).
/// </summary>
public sealed class DotAttention : Layer
{
    private readonly Dense? between;
    private readonly float scale;

    private DotAttention(string form, int queryWidth, int keyWidth, float scale)
    {
        (FormName, QueryWidth, KeyWidth, this.scale) = (form, queryWidth, keyWidth, scale);
        if (form == "general")
            between = Use("between", new Dense(queryWidth, keyWidth, bias: false));
    }

    /// <summary>The dot form.</summary>
    /// <param name="width">Numbers of a query and of a key.</param>
    public static DotAttention Plain(int width) => new("dot", width, width, 1);

    /// <summary>The scaled form.</summary>
    /// <param name="width">Numbers of a query and of a key.</param>
    public static DotAttention Scaled(int width) => new("scaled", width, width, 1 / MathF.Sqrt(width));

    /// <summary>The general form.</summary>
    /// <param name="queryWidth">Numbers of a query.</param>
    /// <param name="keyWidth">Numbers of a key.</param>
    public static DotAttention General(int queryWidth, int keyWidth) => new("general", queryWidth, keyWidth, 1);

    /// <summary>Numbers of a query.</summary>
    public int QueryWidth { get; }

    /// <summary>Numbers of a key.</summary>
    public int KeyWidth { get; }

    private string FormName { get; }

    /// <summary>The context of queries among keys, which are the values too.</summary>
    /// <param name="queries">q.</param>
    /// <param name="keys">k.</param>
    /// <param name="lengths">Keys that each item has, integers (batch); all if null.</param>
    public Attended Attend(Tensor queries, Tensor keys, Tensor? lengths = null) => KeyMemory.Attend(this, queries, keys, lengths,
        (q, k) => (between?.Apply(q) ?? q).MatMul(k.Transpose()) * scale);

    /// <summary>The context of each step among all steps of the same sequence.</summary>
    public override Tensor Forward(Tensor x) => Attend(x, x).Context;

    /// <inheritdoc/>
    public override string ToString() => $"DotAttention({FormName}, {QueryWidth} queries, {KeyWidth} keys)";
}
