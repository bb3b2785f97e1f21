using GpuNN.Kernels;

namespace GpuNN;

/// <summary>
/// How operands run over the elements of a broadcast result: neighbouring axes that all operands treat alike are merged,
/// and what remains is (outer, inner) with each operand full, row, column or scalar over it.
/// </summary>
internal sealed record Broadcasting(int Outer, int Inner, LeafKind[] Leaves)
{
    /// <summary>The pattern, or null where more than two runs of axes are left: some operand must be written out first.</summary>
    public static Broadcasting? Of(Shape result, IReadOnlyList<Shape> operands)
    {
        var masks = Masks(result, operands);
        var runs = new List<(ulong Mask, int Size)>();
        foreach (var (mask, size) in masks)
        {
            if (size == 1)
                continue;
            if (runs.Count > 0 && runs[^1].Mask == mask)
                runs[^1] = (mask, runs[^1].Size * size);
            else
                runs.Add((mask, size));
        }
        return runs.Count switch
        {
            0 => Make((0, 1), (ulong.MaxValue, 1), operands.Count),
            1 => Make((0, 1), runs[0], operands.Count),
            2 => Make(runs[0], runs[1], operands.Count),
            _ => null,
        };
    }

    /// <summary>The operands, so many of them written out in the result's shape that there is a pattern.</summary>
    public static Tensor[] Spelled(Shape result, Tensor[] operands)
    {
        // Up to two axes there always is one.
        if (result.Rank <= 2)
            return operands;
        var spelled = operands;
        for (var i = 0; i < operands.Length && Of(result, Array.ConvertAll(spelled, tensor => tensor.Shape)) is null; i++)
        {
            if (spelled == operands)
                spelled = [.. operands];
            if (operands[i] is not Constant)
                spelled[i] = operands[i].BroadcastTo(result);
        }
        return spelled;
    }

    /// <summary>The pattern over (the axes before the last ones, the last ones), or null where operands treat some of either differently.</summary>
    public static Broadcasting? OfRows(Shape result, int last, IReadOnlyList<Shape> operands)
    {
        var masks = Masks(result, operands);
        if (masks.Count < last)
            return null;
        return Run(masks.GetRange(0, masks.Count - last)) is { } rows && Run(masks.GetRange(masks.Count - last, last)) is { } columns
            ? Make(rows, columns, operands.Count)
            : null;
    }

    // Axes that operands treat alike, as one.
    private static (ulong Mask, int Size)? Run(List<(ulong Mask, int Size)> axes)
    {
        var real = axes.Where(axis => axis.Size != 1).ToArray();
        if (real.Length == 0)
            return (ulong.MaxValue, 1);
        return real.Any(axis => axis.Mask != real[0].Mask) ? null : (real[0].Mask, real.Aggregate(1, (size, axis) => size * axis.Size));
    }

    // With an outer size of 1 or an inner one of 1, a bit set for every operand keeps full operands full.
    private static Broadcasting Make((ulong Mask, int Size) outer, (ulong Mask, int Size) inner, int operands)
    {
        var leaves = new LeafKind[operands];
        for (var i = 0; i < operands; i++)
        {
            var alongOuter = outer.Size == 1 ? (inner.Mask >> i & 1) != 0 : (outer.Mask >> i & 1) != 0;
            var alongInner = inner.Size == 1 ? alongOuter : (inner.Mask >> i & 1) != 0;
            if (outer.Size == 1)
                alongOuter = alongInner;
            leaves[i] = (alongOuter, alongInner) switch
            {
                (true, true) => LeafKind.Full,
                (true, false) => LeafKind.Column,
                (false, true) => LeafKind.Row,
                _ => LeafKind.Scalar,
            };
        }
        return new(Math.Max(outer.Size, 0), inner.Size, leaves);
    }

    private static List<(ulong Mask, int Size)> Masks(Shape result, IReadOnlyList<Shape> operands)
    {
        var axes = new List<(ulong, int)>(result.Rank);
        for (var back = result.Rank; back >= 1; back--)
        {
            ulong mask = 0;
            for (var i = 0; i < operands.Count; i++)
                if (back <= operands[i].Rank && operands[i][^back] == result[^back])
                    mask |= 1ul << i;
            axes.Add((mask, result[^back]));
        }
        return axes;
    }
}
