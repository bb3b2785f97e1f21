using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>The operands of a <see cref="WeightGradientPlan"/>.</summary>
internal unsafe struct WeightGradientOperands
{
    public float* X;
    public float* Dy;
    public float* Dw;
    public float* Workspace;
}

/// <summary>Sums tasks of a <see cref="WeightGradientPlan"/>: shares of the groups of the runs of images.</summary>
internal readonly unsafe struct WeightGradientJob(WeightGradientPlan plan, WeightGradientOperands operands) : IHostJob
{
    private readonly WeightGradientPlan plan = plan;
    private readonly WeightGradientOperands operands = operands;

    public void Run(int first, int last)
    {
        var slot = plan.Scratch.Rent();
        try
        {
            var scratch = operands.Workspace + plan.RoomOfSums + slot * plan.Scratch.Floats;
            for (var task = first; task < last; task++)
            {
                var (part, share) = Math.DivRem(task, plan.Shares);
                var (run, group) = Math.DivRem(part, plan.Shape.Groups);
                RunTask(run, group, share, scratch);
            }
        }
        finally
        {
            plan.Scratch.Return(slot);
        }
    }

    private void RunTask(int run, int group, int share, float* scratch)
    {
        var (first, last) = (plan.FirstImage(run), plan.FirstImage(run + 1));
        var sums = operands.Workspace + (run * plan.Shape.Groups + group) * plan.Sums;
        var isFirst = true;
        for (var image = first; image < last; image += plan.Images)
        {
            foreach (var band in plan.Bands)
            {
                var images = Math.Min(plan.Images, last - image);
                Prepare(band, image, images, group, share, scratch);
                Multiply(band, images, share, scratch, sums, isFirst);
                isFirst = false;
            }
        }
    }

    private void Prepare(WeightGradientPlan.Band band, int image, int images, int group, int share, float* scratch)
    {
        ref readonly var shape = ref plan.Shape;
        var pixels = band.Grid.Pixels;
        var end = operands.X + shape.ElementsOfX;
        var room = band.Copies.Room;
        for (var i = 0; i < images; i++)
        {
            var x = operands.X + ((long)(image + i) * shape.Inputs + group * shape.GroupInputs) * shape.Window.Pixels;
            band.Copies.Make(x, operands.X, end, scratch + i * room, plan.FirstChannel(share), plan.FirstChannel(share + 1));
        }
        var target = scratch + plan.RoomOfCopies;
        for (var strip = 0; strip < plan.Strips; strip++)
        {
            var output = strip * plan.Width;
            var width = Math.Min(plan.Width, shape.GroupOutputs - output);
            var step = (strip == plan.Strips - 1 ? plan.LastVectors : plan.Vectors) * plan.Lanes;
            for (var i = 0; i < images; i++, target += (long)pixels * step)
            {
                var dy = operands.Dy + ((long)(image + i) * shape.Outputs + group * shape.GroupOutputs + output) * shape.Window.OutPixels + band.FirstPixel;
                Packing.Transpose(dy, shape.Window.OutPixels, target, step, width, pixels, plan.Lanes);
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    private void Multiply(WeightGradientPlan.Band band, int images, int share, float* copies, float* sums, bool isFirst)
    {
        var window = plan.Shape.Window;
        var (plane, pixels) = (band.Copies.Plane, band.Grid.Pixels);
        var firstRow = plan.FirstChannel(share) * window.WindowWidth;
        var rows = plan.FirstChannel(share + 1) * window.WindowWidth - firstRow;
        var rowsOfSums = plan.Shape.GroupInputs * window.WindowWidth;
        var panels = plan.Panels(rows);
        // One image after the other in one call where they are small, a block of pixels of one image where it is large.
        var block = images > 1 ? pixels : plan.PixelBlock(pixels);
        var jumps = stackalloc nint[images];
        new Span<nint>(jumps, images).Clear();
        var tile = new Tile
        {
            RowOfA = (nint)plane * sizeof(float),
            StepOfA = sizeof(float),
            RowOfC = (nint)plan.PaddedOutputs * sizeof(float),
            Outer = images,
            JumpOfA = ((nint)band.Copies.Room - pixels) * sizeof(float),
            JumpsOfB = jumps,
            Start = TileKernels.Zeros,
        };
        for (var pixel = 0; pixel < pixels; pixel += block)
        {
            tile.Inner = Math.Min(block, pixels - pixel);
            tile.Accumulate = isFirst && pixel == 0 ? 0 : 1;
            var dy = copies + plan.RoomOfCopies;
            for (var strip = 0; strip < plan.Strips; strip++)
            {
                var isLast = strip == plan.Strips - 1;
                var step = (isLast ? plan.LastVectors : plan.Vectors) * plan.Lanes;
                tile.StepOfB = step * sizeof(float);
                tile.B = dy + (long)pixel * step;
                for (var u = 0; u < window.WindowHeight; u++)
                {
                    for (var panel = 0; panel < panels.Count; panel++)
                    {
                        var row = panels.First(panel);
                        tile.A = copies + (long)row * plane + (nint)band.Grid.Starts[u] * band.Grid.Columns + pixel;
                        tile.C = sums + ((long)u * rowsOfSums + firstRow + row) * plan.PaddedOutputs + strip * plan.Width;
                        plan.Kernel(panels.Rows(panel), isLast)(&tile);
                    }
                }
                dy += (long)images * pixels * step;
            }
        }
    }
}

/// <summary>Adds the runs' sums in order and puts them where the weights are: index (group, row of the window, channel, column).</summary>
internal readonly unsafe struct WeightGradientEndJob(WeightGradientPlan plan, WeightGradientOperands operands) : IHostJob
{
    private readonly WeightGradientPlan plan = plan;
    private readonly WeightGradientOperands operands = operands;

    [MethodImpl(Hot.Loop)]
    public void Run(int first, int last)
    {
        ref readonly var shape = ref plan.Shape;
        var window = shape.Window;
        var rows = shape.GroupInputs * window.WindowWidth;
        var stride = plan.Sums * shape.Groups;
        for (var index = first; index < last; index++)
        {
            var (of, row) = Math.DivRem(index, rows);
            var (group, u) = Math.DivRem(of, window.WindowHeight);
            var (channel, v) = Math.DivRem(row, window.WindowWidth);
            var sums = operands.Workspace + group * plan.Sums + ((long)u * rows + row) * plan.PaddedOutputs;
            var dw = operands.Dw + (long)group * shape.GroupOutputs * shape.Terms
                + (long)channel * window.Places + plan.Bands[0].Grid.RowTaps[u] * window.WindowWidth + v;
            for (var output = 0; output < shape.GroupOutputs; output++)
            {
                var sum = sums[output];
                for (var run = 1; run < plan.Runs; run++)
                    sum += sums[run * stride + output];
                dw[(long)output * shape.Terms] = sum;
            }
        }
    }
}
