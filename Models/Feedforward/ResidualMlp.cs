namespace GpuNN;

/// <summary>
/// Residual multilayer perceptron for classification: a stem, blocks h + F(h) with F = ReLU, dense, ReLU, dense, and a head.
/// Without its shortcuts it is the plain stack of the same layers, which is there to be compared with.
/// Shapes: x (batch, inputs), or images of as many numbers; returns logits (batch, classes).
/// Source: He, Zhang, Ren and Sun (2016), "Identity mappings in deep residual networks", with dense layers.
/// Learns by: back-propagation. Recipe: residual.
/// </summary>
public sealed class ResidualMlp : Layer
{
    private readonly Sequential layers;

    /// <summary>A network.</summary>
    /// <param name="inputs">Numbers an item has.</param>
    /// <param name="width">Units of every hidden layer.</param>
    /// <param name="blocks">Blocks, of two dense layers each.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="shortcuts">Whether the blocks have their shortcuts.</param>
    /// <param name="init">Initial weights of the blocks; <see cref="Inits.GlorotUniform"/> if null.</param>
    public ResidualMlp(int inputs, int width, int blocks, int classes, bool shortcuts = true, Init? init = null)
    {
        if (blocks < 0)
            throw new ArgumentOutOfRangeException(nameof(blocks), $"ResidualMlp: needs 0 blocks or more, but got {blocks}.\nTry 24 for 50 layers.");
        Layer Block()
        {
            var inner = new Sequential(new Relu(), new Dense(width, width, init: init), new Relu(), new Dense(width, width, init: init));
            return shortcuts ? new Residual(inner) : inner;
        }
        layers = Use("layers", new Sequential([
            new Flatten(), new Dense(inputs, width), .. Enumerable.Range(0, blocks).Select(_ => Block()), new Relu(), new Dense(width, classes)]));
        Depth = 2 * blocks + 2;
    }

    /// <summary>Dense layers one after the other.</summary>
    public int Depth { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => layers.Apply(x);
}
