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
    /// <param name="end">What is done to finished elements; host route only.</param>
    public static void Run(Route route, in MatMulShape shape, View a, View b, View c, View workspace, in MatMulEnd end = default)
    {
        if (shape.ElementsOfC == 0)
            return;
        if (shape.Inner == 0)
        {
            route.Fill(c.Slice(0, shape.ElementsOfC), 0);
            if (!end.IsEmpty)
                end.Run(0, (long)shape.Batch * shape.Rows, 0, shape.Columns, shape.Columns);
        }
        else if (route is HostRoute host)
        {
            RunOnHost(host, shape, a, b, c, workspace, end);
        }
        else
        {
            route.Each(checked((int)shape.ElementsOfC), new MatMulBody(a.Floats, b.Floats, c.Floats, shape));
        }
    }

    /// <summary>Launches the product and the program in its end.</summary>
    /// <param name="route">Where to.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C, overwritten; it overlaps no operand.</param>
    /// <param name="workspace">At least <see cref="MatMulShape.Workspace"/> floats of scratch.</param>
    /// <param name="end">The program, if there is one.</param>
    public static void Run(Route route, in MatMulShape shape, View a, View b, View c, View workspace, ProductEnd? end)
    {
        if (end is not null && route is HostRoute host)
        {
            Run(route, shape, a, b, c, workspace, end.On(host));
            return;
        }
        Run(route, shape, a, b, c, workspace, default(MatMulEnd));
        end?.RunAfter(route);
    }

    private static void RunOnHost(HostRoute route, in MatMulShape shape, View a, View b, View c, View workspace, in MatMulEnd end)
    {
        var simple = shape.Simplified(out var isSwapped);
        var operands = new MatMulOperands
        {
            A = isSwapped ? b.Pointer : a.Pointer,
            B = isSwapped ? a.Pointer : b.Pointer,
            C = c.Pointer,
            Workspace = workspace.Pointer,
            Plan = new MatMulPlan(simple, route.LaneWidth, route.Threads),
            End = end,
            IsSwapped = isSwapped,
        };
        ref readonly var plan = ref operands.Plan;
        if (plan.IsDots)
        {
            DotJob.Run(route, &operands);
            return;
        }
        for (var item = 0; item < simple.Batch; item += plan.Items)
        {
            var items = Math.Min(plan.Items, simple.Batch - item);
            if (plan.ItemATask)
            {
                var cost = plan.Cost((long)simple.Rows * simple.Columns * simple.Inner);
                route.Split(items, 1, new MatMulJob(&operands, MatMulStage.Items, item, 0, 0, plan.Blocks), cost);
                continue;
            }
            for (var slot = 0; slot < items; slot++)
                RunItem(route, &operands, item + slot, slot);
        }
    }

    private static void RunItem(HostRoute route, MatMulOperands* operands, int item, int slot)
    {
        ref readonly var plan = ref operands->Plan;
        if (!plan.IsStaged)
        {
            RunBlocks(route, operands, item, slot, 0, plan.Blocks);
            return;
        }
        for (var block = 0; block < plan.Blocks; block++)
            RunBlocks(route, operands, item, slot, block, block + 1);
    }

    private static void RunBlocks(HostRoute route, MatMulOperands* operands, int item, int slot, int block, int endBlock)
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

        MatMulJob Stage(MatMulStage stage) => new(operands, stage, item, slot, block, endBlock);
    }
}
