namespace GpuNN.Kernels;

/// <summary>Copies of heads in the order in which the micro-kernels read them.</summary>
internal static unsafe class AttentionPacking
{
    /// <summary>Steps across: a line holds one number of a strip of steps.</summary>
    public static void Across(AttentionPlan plan, in HeadLayout layout, float* from, int item, int head, int step, int steps, float* to)
    {
        for (var done = 0; done < steps; done += plan.Width, to += plan.Strip(layout.Width))
            Packing.Transpose(from + layout.At(item, head, step + done), layout.Row, to, plan.Width, Math.Min(plan.Width, steps - done), layout.Width, plan.Lanes);
    }

    /// <summary>A line a step, padded with anything.</summary>
    public static void Lines(in HeadLayout layout, float* from, int items, int item, int head, int step, int steps, float* to, int padded)
    {
        var offset = layout.At(item, head, step);
        Packing.Copy(from + offset, layout.Row, layout.Floats(items) - offset, to, padded, layout.Width, steps);
    }
}
