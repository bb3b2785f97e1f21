using ILGPU;
using ILGPU.Runtime;

namespace GpuNN.Kernels;

/// <summary>An operand of a tiled product in memory.</summary>
public struct TileSource
{
    /// <summary>The operand, all items.</summary>
    public ArrayView<float> Numbers;

    /// <summary>Floats from the start to the item's.</summary>
    public long Start;

    /// <summary>Outer indices: rows of A, columns of B.</summary>
    public int Outers;

    /// <summary>Rows of the image that places are in; 1 for a matrix.</summary>
    public int Height;

    /// <summary>Columns of the image that places are in; 1 for a matrix.</summary>
    public int Width;

    /// <summary>1 where neighbours in memory are neighbours of the inner index, 0 where they are of the outer.</summary>
    public int AlongInner;

    /// <summary>1 where each four neighbours from a multiple of 4 on are an aligned quad, all there or all missing.</summary>
    public int InQuads;

    /// <summary>An operand.</summary>
    /// <param name="numbers">Its memory.</param>
    /// <param name="outers">Rows of A, columns of B.</param>
    /// <param name="alongInner">Whether neighbours in memory are neighbours of the inner index.</param>
    /// <param name="quadLength">A length that must be a multiple of 4, as must be where the view starts, for quads.</param>
    /// <param name="height">Rows of its image.</param>
    /// <param name="width">Columns of its image.</param>
    internal TileSource(in View numbers, int outers, bool alongInner, int quadLength, int height = 1, int width = 1)
    {
        Numbers = numbers.Floats;
        Start = 0;
        Outers = outers;
        Height = height;
        Width = width;
        AlongInner = alongInner ? 1 : 0;
        InQuads = numbers.StartsAtQuad && quadLength % Quad.Width == 0 ? 1 : 0;
    }

    /// <summary>The element at two places, 0 outside the image.</summary>
    public readonly float Single(Place outer, Place inner)
    {
        var x = 0f;
        if (Sees(outer, inner))
            x = Numbers[Start + (outer.Offset + inner.Offset)];
        return x;
    }

    /// <summary>The quad at two places, zeros outside the image.</summary>
    public readonly Quad Four(Place outer, Place inner)
    {
        var x = default(Quad);
        if (Sees(outer, inner))
            x = Numbers.Cast<Quad>().AsAligned(16)[(Start + (outer.Offset + inner.Offset)) / Quad.Width];
        return x;
    }

    private readonly bool Sees(Place outer, Place inner) =>
        (uint)(outer.Row + inner.Row) < (uint)Height && (uint)(outer.Column + inner.Column) < (uint)Width;
}
