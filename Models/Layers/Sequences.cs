namespace GpuNN;

/// <summary>Sequences (batch, channels, length) as images of one row.</summary>
internal static class Sequences
{
    /// <summary>A window along a sequence.</summary>
    public static Window Window(int size, int stride, Padding? padding) => new((1, size), (1, stride), (padding ?? Padding.Valid).AlongColumns);

    /// <summary>Applies what works on images.</summary>
    public static Tensor AsImages(string layer, Tensor x, Func<Tensor, Tensor> apply)
    {
        if (x.Shape.Rank != 3)
            throw new ShapeException($"{layer}: needs sequences (batch, channels, length), but got {x.Shape}.\nReshape them to that shape; a single channel is an axis of size 1.");
        var y = apply(x.Reshape([x.Shape[0], x.Shape[1], 1, x.Shape[2]]));
        return y.Reshape([y.Shape[0], y.Shape[1], y.Shape[3]]);
    }
}
