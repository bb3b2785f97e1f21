namespace GpuNN;

/// <summary>What layers share that add a row of a table to each step.</summary>
internal static class Positions
{
    public static void Check(string layer, int steps, int width)
    {
        if (steps < 1 || width < 1)
            throw new ArgumentOutOfRangeException(steps < 1 ? nameof(steps) : nameof(width),
                $"{layer}: needs at least one step and one number for each, but got {steps} and {width}.\nPass the length of the longest sequence and the width of the model.");
    }

    public static Tensor Add(Layer layer, Tensor x, Parameter table)
    {
        if (x.Shape.Rank != 3 || x.Shape[1] > table.Shape[0] || x.Shape[2] != table.Shape[1])
            throw new ShapeException($"{layer.GetType().Name}: needs sequences (batch, at most {table.Shape[0]} steps, {table.Shape[1]}), but got {x.Shape}.\n" +
                $"Make the table as long as the longest sequence and as wide as a step.\nIn {layer.Path} > {layer}, while recording the forward pass.");
        return x + (x.Shape[1] == table.Shape[0] ? table : table.Slice(0, 0, x.Shape[1]));
    }
}
