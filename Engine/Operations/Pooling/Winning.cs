using GpuNN.Operations;

namespace GpuNN;

/// <summary>
/// Competitions along an axis, of which one element wins: the greatest, between equals the first; NaN counts as the greatest.
/// They are poolings whose window is the axis, so that their gradient goes to the winner alone.
/// </summary>
public static class Winning
{
    /// <summary>The greatest along an axis, which is dropped: y[outer, inner] = max over l of x[outer, l, inner].</summary>
    /// <exception cref="ShapeException">Nothing lies along the axis.</exception>
    public static Tensor Winner(this Tensor x, int axis)
    {
        var at = x.Shape.Axis(axis);
        var (images, window) = Images(nameof(Winner), x, at);
        return images.MaxPool(window).Reshape(Shape.Of([.. x.Shape.Sizes[..at], .. x.Shape.Sizes[(at + 1)..]]));
    }

    /// <summary>The winner along an axis, and 0 in the place of each of the others. Shapes: y as x.</summary>
    /// <exception cref="ShapeException">Nothing lies along the axis.</exception>
    public static Tensor KeepWinner(this Tensor x, int axis)
    {
        var (images, window) = Images(nameof(KeepWinner), x, x.Shape.Axis(axis));
        return Graph.Node(new MaxPoolGradient(window), images, images.MaxPool(window)).Reshape(x.Shape);
    }

    /// <summary>
    /// x as images, and the window that is the axis: a column where something lies behind the axis, so that neighbours are
    /// compared with neighbours, else a part of a row.
    /// </summary>
    private static (Tensor Images, Window Window) Images(string name, Tensor x, int at)
    {
        var (length, inner) = (x.Shape[at], x.Shape.From(at + 1));
        if (length == 0)
            throw new ShapeException($"{name}: needs at least one number along axis {at}, but got {x.Shape}.\nNothing has no greatest: check the sizes before it.");
        if (inner != 1)
            return (x.Reshape([x.Shape.Before(at), length, inner]), new Window((length, 1), (length, 1)));
        var rows = at == 0 ? 1 : x.Shape[0];
        return (x.Reshape([rows, 1, at == 0 ? length : x.Shape.Along(1, at)]), new Window((1, length), (1, length)));
    }
}
