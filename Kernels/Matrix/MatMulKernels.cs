namespace GpuNN.Kernels;

/// <summary>Matrix product; see <see cref="MatMulShape"/> for the formula and the layout of the operands.</summary>
public static unsafe class MatMulKernels
{
    /// <summary>Nanoseconds to pack a number; a guess, good enough to share them out.</summary>
    private const float CopyCost = 0.1f;

    /// <summary>Launches the form that the route runs.</summary>
    /// <param name="route">Where to.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C, overwritten; it overlaps no operand.</param>
    /// <param name="workspace">At least <see cref="MatMulShape.Workspace"/> floats of scratch.</param>
    /// <param name="end">What is done to finished elements, on the host while they are in cache; null for nothing.</param>
    public static void Run(Route route, in MatMulShape shape, View a, View b, View c, View workspace, ProductEnd? end = null)
    {
        if (shape.ElementsOfC == 0)
            return;
        if (shape.Inner == 0)
            route.Fill(c.Slice(0, shape.ElementsOfC), 0);
        else if (route is HostRoute host)
            end = RunOnHost(host, shape, a, b, c, workspace, end) ? null : end;
        else
            route.Each(checked((int)shape.ElementsOfC), new MatMulBody(a.Floats, b.Floats, c.Floats, shape));
        end?.Run(route);
    }

    // Returns whether the end has been applied: vectors are small, and their end is better one launch over all of them.
    private static bool RunOnHost(HostRoute route, in MatMulShape shape, View a, View b, View c, View workspace, ProductEnd? end)
    {
        var simple = shape.Simplified(out var isSwapped);
        var operands = new MatMulOperands
        {
            A = isSwapped ? b.Pointer : a.Pointer,
            B = isSwapped ? a.Pointer : b.Pointer,
            C = c.Pointer,
            Workspace = workspace.Pointer,
            Plan = new MatMulPlan(simple, route.LaneWidth, route.Threads),
        };
        ref readonly var plan = ref operands.Plan;
        if (plan.IsDots)
        {
            DotJob.Run(route, &operands);
            return false;
        }
        if (isSwapped)
            end = null;
        for (var item = 0; item < simple.Batch; item += plan.Items)
        {
            var items = Math.Min(plan.Items, simple.Batch - item);
            if (plan.ItemATask)
            {
                var cost = plan.Cost((long)simple.Rows * simple.Columns * simple.Inner);
                route.Split(items, 1, new MatMulJob(&operands, end, MatMulStage.Items, item, 0, 0, plan.Blocks), cost);
                continue;
            }
            for (var slot = 0; slot < items; slot++)
                RunItem(route, &operands, end, item + slot, slot);
        }
        return !isSwapped;
    }

    private static void RunItem(HostRoute route, MatMulOperands* operands, ProductEnd? end, int item, int slot)
    {
        ref readonly var plan = ref operands->Plan;
        if (!plan.IsStaged)
        {
            RunBlocks(route, operands, end, item, slot, 0, plan.Blocks);
            return;
        }
        for (var block = 0; block < plan.Blocks; block++)
            RunBlocks(route, operands, end, item, slot, block, block + 1);
    }

    private static void RunBlocks(HostRoute route, MatMulOperands* operands, ProductEnd? end, int item, int slot, int block, int endBlock)
    {
        ref readonly var plan = ref operands->Plan;
        var inner = (endBlock - block) * plan.Block;
        if (plan.PackA)
            route.Split(plan.Panels, 1, Stage(MatMulStage.PackA), plan.LargestPanel * inner * CopyCost);
        if (plan.PackB == PackedColumns.All)
            route.Split(plan.Strips, 1, Stage(MatMulStage.PackB), plan.Width * inner * CopyCost);
        else if (plan.PackB == PackedColumns.Ragged)
            Stage(MatMulStage.PackB).Run(plan.Strips - 1, plan.Strips);
        var cost = plan.Cost((long)plan.Shape.Rows * plan.Shape.Columns * inner);
        route.Split(plan.Tasks, 1, Stage(MatMulStage.Tiles), cost / plan.Tasks);

        MatMulJob Stage(MatMulStage stage) => new(operands, end, stage, item, slot, block, endBlock);
    }
}
