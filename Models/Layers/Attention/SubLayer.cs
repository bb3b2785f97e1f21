namespace GpuNN;

/// <summary>
/// A part of a transformer block with its shortcut, normalisation and dropout: x + drop(f(norm(x))), or norm(x + drop(f(x))).
/// </summary>
internal sealed class SubLayer : Layer
{
    private readonly LayerNorm norm;
    private readonly Dropout dropout;
    private readonly NormPlace place;

    public SubLayer(int width, float dropout, NormPlace place)
    {
        norm = Use("norm", new LayerNorm(width));
        this.dropout = Use("dropout", new Dropout(dropout));
        this.place = place;
    }

    /// <summary>Around a part.</summary>
    public Tensor Around(Tensor x, Func<Tensor, Tensor> part) => place == NormPlace.Before
        ? x + dropout.Apply(part(norm.Apply(x)))
        : norm.Apply(x + dropout.Apply(part(x)));

    /// <summary>What the part gets, where the normalisation comes first.</summary>
    public Tensor Normed(Tensor x) => norm.Apply(x);

    /// <summary>With nothing inside.</summary>
    public override Tensor Forward(Tensor x) => Around(x, inner => inner);
}
