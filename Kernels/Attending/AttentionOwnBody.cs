using ILGPU;

namespace GpuNN.Kernels;

/// <summary>Device form: one index a row of scores; the result's product with its gradient.</summary>
public struct AttentionOwnBody : IBody
{
    /// <summary>Results.</summary>
    public ArrayView<float> Y;

    /// <summary>Their gradient.</summary>
    public ArrayView<float> Dy;

    /// <summary>A number a row (items, heads, queries).</summary>
    public ArrayView<float> Own;

    /// <summary>Sizes and places.</summary>
    public AttentionShape Shape;

    /// <inheritdoc/>
    public void Run(int index)
    {
        var pair = index / Shape.Queries;
        var item = pair / Shape.Heads;
        var at = Shape.Y.At(item, pair - item * Shape.Heads, index - pair * Shape.Queries);
        var sum = 0f;
        for (var c = 0; c < Shape.V.Width; c++)
            sum += Y[at + c] * Dy[at + c];
        Own[index] = sum;
    }
}
