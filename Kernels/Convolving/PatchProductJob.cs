using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>The operands of a <see cref="PatchProduct"/>.</summary>
internal unsafe struct PatchOperands
{
    public float* Source;
    public float* Weights;

    /// <summary>A number for each target, or null.</summary>
    public float* Bias;

    public float* Results;
    public float* Workspace;
}

/// <summary>Packs the weights of targets [first, last) into panels, for one group.</summary>
internal readonly unsafe struct PackWeightsJob(PatchProduct plan, PatchOperands operands) : IHostJob
{
    private readonly PatchProduct plan = plan;
    private readonly PatchOperands operands = operands;

    [MethodImpl(Hot.Loop)]
    public void Run(int first, int last)
    {
        for (var index = first; index < last; index++)
        {
            var group = index / plan.Panels.Count;
            var panel = index - group * plan.Panels.Count;
            foreach (var part in plan.Parts)
                if (part.OwnsWeights)
                    Pack(part, group, panel);
            PackBias(group, panel);
        }
    }

    private void PackBias(int group, int panel)
    {
        var target = operands.Workspace + plan.RoomOfWeights + (long)group * plan.Targets;
        for (var row = plan.Panels.First(panel); row < plan.Panels.First(panel + 1); row++)
            target[row] = operands.Bias == null ? 0 : operands.Bias[group * plan.Targets + row];
    }

    private void Pack(PatchProduct.Part part, int group, int panel)
    {
        ref readonly var shape = ref plan.Shape;
        var places = shape.Window.Places;
        var terms = shape.Terms;
        // w is (outputs, inputs of a group, places) whichever way the sums go.
        var source = operands.Weights + (long)group * shape.GroupOutputs * terms;
        var (ofTarget, ofChannel) = plan.IsGradient ? (places, terms) : (terms, places);
        var top = plan.Panels.First(panel);
        var rows = plan.Panels.Rows(panel);
        var target = operands.Workspace + group * plan.PackedGroup + part.Weights + (long)top * plan.Channels * part.Grid.Taps;
        foreach (var u in part.Grid.RowTaps)
        {
            for (var channel = 0; channel < plan.Channels; channel++)
            {
                foreach (var v in part.Grid.ColumnTaps)
                {
                    var from = source + (nint)top * ofTarget + (nint)channel * ofChannel + u * shape.Window.WindowWidth + v;
                    for (var row = 0; row < rows; row++)
                        *target++ = from[(nint)row * ofTarget];
                }
            }
        }
    }
}

/// <summary>Computes tasks of a <see cref="PatchProduct"/>: parts of the groups of the images.</summary>
internal readonly unsafe struct PatchProductJob(PatchProduct plan, PatchOperands operands, ProductEnd? end) : IHostJob
{
    private const int LargestTile = 14 * 4 * 16;

    private readonly PatchProduct plan = plan;
    private readonly PatchOperands operands = operands;
    private readonly ProductEnd? end = end;

    public void Run(int first, int last)
    {
        var slot = plan.Scratch.Rent();
        try
        {
            var scratch = operands.Workspace + plan.RoomOfWeights + plan.RoomOfBias + slot * plan.Scratch.Floats;
            for (var task = first; task < last; task++)
                RunTask(task, scratch);
        }
        finally
        {
            plan.Scratch.Return(slot);
        }
    }

    private void RunTask(int task, float* scratch)
    {
        var item = task / plan.Parts.Length;
        var part = plan.Parts[task - item * plan.Parts.Length];
        var group = item % plan.Shape.Groups;
        var source = operands.Source + (long)item * plan.Channels * plan.SourcePixels;
        var results = operands.Results + (long)item * plan.Targets * plan.TargetPixels;
        var copies = source;
        if (part.Copies is not null)
        {
            copies = scratch;
            var all = (long)plan.Shape.Batch * plan.Shape.Groups * plan.Channels * plan.SourcePixels;
            part.Copies.Make(source, operands.Source, operands.Source + all, copies, 0, plan.Channels);
        }
        var columns = plan.Shape.Window.Width;
        if (part.IsApart)
        {
            var apart = scratch + plan.RoomOfCopies;
            Multiply(part, group, copies, apart, part.Pixels);
            Spread(part, apart, results, columns);
        }
        else
        {
            var row = plan.IsGradient ? columns : plan.Shape.Window.OutWidth;
            var left = part.Row * row;
            Multiply(part, group, copies, results + left, plan.TargetPixels);
            end?.Run(plan.Lanes, (long)item * plan.Targets, (long)(item + 1) * plan.Targets, left, left + part.Pixels);
        }
    }

    [SkipLocalsInit, MethodImpl(Hot.Loop)]
    private void Multiply(PatchProduct.Part part, int group, float* copies, float* results, int rowOfResults)
    {
        var bias = operands.Workspace + plan.RoomOfWeights + (long)group * plan.Targets;
        if (part.Inner == 0)
        {
            for (var row = 0; row < plan.Targets; row++)
                new Span<float>(results + (long)row * rowOfResults, part.Pixels).Fill(bias[row]);
            return;
        }
        var weights = operands.Workspace + group * plan.PackedGroup + part.Weights;
        var width = plan.Vectors * plan.Lanes;
        var depth = plan.Channels * part.Grid.Taps;
        var spare = stackalloc float[LargestTile];
        var tile = new Tile { StepOfB = (nint)part.Plane * sizeof(float), RowOfC = (nint)rowOfResults * sizeof(float) };
        fixed (nint* jumps = part.JumpsOfB)
        {
            foreach (ref readonly var block in part.Blocks.AsSpan())
            {
                tile.Inner = block.Count;
                tile.Outer = block.Rows;
                tile.JumpsOfB = jumps + block.Row;
                tile.Accumulate = block.Row + block.First > 0 ? 1 : 0;
                var skipped = block.Row * part.Inner + block.First;
                var b = copies + (nint)part.Grid.Starts[block.Row] * part.Grid.Columns + (nint)block.First * part.Plane;
                for (var strip = 0; strip < part.Strips; strip++)
                {
                    var column = strip * width;
                    var isLast = strip == part.Strips - 1;
                    var isRagged = isLast && part.Pixels % plan.Lanes != 0;
                    tile.B = b + column;
                    for (var panel = 0; panel < plan.Panels.Count; panel++)
                    {
                        var top = plan.Panels.First(panel);
                        var rows = plan.Panels.Rows(panel);
                        tile.A = weights + (nint)top * depth + (nint)skipped * rows;
                        tile.StepOfA = rows * sizeof(float);
                        tile.Start = tile.Accumulate == 0 ? bias + top : TileKernels.Zeros;
                        tile.C = results + (nint)top * rowOfResults + column;
                        if (isRagged)
                            MatMulJob.RunRagged(part.Kernel(rows, isLast), tile, spare, rows, part.LastVectors * plan.Lanes, part.Pixels - column);
                        else
                            part.Kernel(rows, isLast)(&tile);
                    }
                }
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    private void Spread(PatchProduct.Part part, float* apart, float* results, int columns)
    {
        var window = plan.Shape.Window;
        for (var target = 0; target < plan.Targets; target++)
        {
            for (var row = 0; row < part.Grid.Rows; row++)
            {
                var to = results + (nint)target * plan.TargetPixels + (nint)(part.Row + row * window.RowStride) * columns + part.Column;
                for (var c = 0; c < part.Grid.Columns; c++, apart++)
                    to[(nint)c * window.ColumnStride] = *apart;
            }
        }
    }
}
