namespace GpuNN;

/// <summary>
/// Local winner takes all: y[i] = x[i] where x[i] is the greatest of its block, else 0. Blocks are of neighbouring units, the
/// first of equals wins, and the gradient goes to the winner alone. With a block as wide as the layer one unit of all is left.
/// Shapes: x, y (batch, units) or (batch, channels, height, width): then the channels of each pixel compete.
/// Source: Srivastava, Masci, Kazerounian, Gomez and Schmidhuber (2013), "Compete to compute".
/// </summary>
public sealed class Lwta : Layer, IKeepsShape
{
    /// <summary>A competition within blocks.</summary>
    /// <param name="block">Units that compete; it divides the units of the layer before.</param>
    public Lwta(int block = 2) => Block = block >= 1 ? block : throw new ArgumentOutOfRangeException(
        nameof(block), $"Lwta: a block needs at least one unit, but got {block}.\nTry 2; with 1 every unit wins.");

    /// <summary>Units that compete.</summary>
    public int Block { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (x.Shape.Rank < 2 || x.Shape[1] % Block != 0 || x.Shape[1] == 0)
            throw new ShapeException($"Lwta: needs (batch, units, ...) with units in blocks of {Block}, but got {x.Shape}.\nMake the units of the layer before it a multiple of the block.\nIn {Path} > {this}, while recording the forward pass.");
        Shape blocks = [x.Shape[0], x.Shape[1] / Block, Block, .. x.Shape.Skip(2)];
        return x.Reshape(blocks).KeepWinner(axis: 2).Reshape(x.Shape);
    }

    /// <inheritdoc/>
    public override string ToString() => $"Lwta({Block})";
}
