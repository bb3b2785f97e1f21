namespace GpuNN.Kernels;

/// <summary>
/// A matrix product made ready for a route; see <see cref="MatMulShape"/> for the formula and the layout of the operands.
/// What depends on the sizes alone is worked out once, so that a small product costs little more than its arithmetic.
/// </summary>
public sealed unsafe class MatrixProduct
{
    /// <summary>Nanoseconds to pack a number; a guess, good enough to share them out.</summary>
    private const float CopyCost = 0.1f;

    /// <summary>Inner indices of B that one thread packs together.</summary>
    private const int LinesPackedAtOnce = 16;

    private readonly Route route;
    private readonly MatMulShape shape;
    private readonly MatMulShape simple;
    private readonly MatMulPlan? plan;
    private readonly bool isSwapped;

    /// <summary>A product of these sizes.</summary>
    /// <param name="route">Where it runs.</param>
    /// <param name="shape">The sizes.</param>
    public MatrixProduct(Route route, in MatMulShape shape)
    {
        this.route = route;
        this.shape = shape;
        simple = shape.Simplified(out isSwapped);
        if (route is HostRoute host && shape.ElementsOfC > 0 && shape.Inner > 0)
            plan = new MatMulPlan(simple, host.LaneWidth, host.Threads);
    }

    /// <summary>Floats of scratch that it needs, for packed operands or partial sums; often 0.</summary>
    public long Workspace => plan?.Workspace ?? (route is DeviceRoute ? MatMulProduct.Workspace(simple) : 0);

    /// <summary>Launches it.</summary>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C, overwritten; it overlaps no operand.</param>
    /// <param name="workspace">At least <see cref="Workspace"/> floats of scratch.</param>
    /// <param name="end">What is done to finished elements, on the host while they are in cache; null for nothing.</param>
    public void Run(in View a, in View b, in View c, in View workspace, ProductEnd? end = null)
    {
        if (plan is not null)
        {
            var operands = new MatMulOperands
            {
                A = isSwapped ? b.Pointer : a.Pointer,
                B = isSwapped ? a.Pointer : b.Pointer,
                C = c.Pointer,
                Workspace = workspace.Pointer,
            };
            end = Run(plan, &operands, end) ? null : end;
        }
        else if (shape.ElementsOfC == 0)
        {
            return;
        }
        else if (shape.Inner == 0)
        {
            route.Fill(c.Slice(0, shape.ElementsOfC), 0);
        }
        else
        {
            MatMulProduct.Run((DeviceRoute)route, simple, isSwapped ? b : a, isSwapped ? a : b, c, workspace);
        }
        end?.Run(route);
    }

    // Returns whether the end has been applied: vectors are small, and their end is better one launch over all of them.
    private bool Run(MatMulPlan plan, MatMulOperands* operands, ProductEnd? end)
    {
        var host = (HostRoute)route;
        if (plan.IsDots)
        {
            DotJob.Run(host, plan, operands);
            return false;
        }
        if (isSwapped)
            end = null;
        ref readonly var simple = ref plan.Shape;
        for (var item = 0; item < simple.Batch; item += plan.Items)
        {
            var items = Math.Min(plan.Items, simple.Batch - item);
            if (plan.ItemATask)
            {
                var cost = plan.Cost((long)simple.Rows * simple.Columns * simple.Inner);
                host.Split(items, 1, new MatMulJob(plan, operands, end, MatMulStage.Items, item, 0, 0, plan.Blocks), cost);
                continue;
            }
            for (var slot = 0; slot < items; slot++)
                RunItem(host, plan, operands, end, item + slot, slot);
        }
        return !isSwapped;
    }

    private static void RunItem(HostRoute host, MatMulPlan plan, MatMulOperands* operands, ProductEnd? end, int item, int slot)
    {
        if (!plan.IsStaged)
        {
            RunBlocks(host, plan, operands, end, item, slot, 0, plan.Blocks);
            return;
        }
        for (var block = 0; block < plan.Blocks; block++)
            RunBlocks(host, plan, operands, end, item, slot, block, block + 1);
    }

    private static void RunBlocks(
        HostRoute host, MatMulPlan plan, MatMulOperands* operands, ProductEnd? end, int item, int slot, int block, int endBlock)
    {
        var inner = (endBlock - block) * plan.Block;
        if (plan.PackA)
            host.Split(plan.Panels.Count, 1, Stage(MatMulStage.PackA), plan.Panels.Largest * inner * CopyCost);
        if (plan.PackB == PackedColumns.All && !plan.PacksInTask)
        {
            var isAsItLies = !plan.Shape.TransposeB;
            var count = isAsItLies ? Math.Min(inner, plan.Shape.Inner - block * plan.Block) : plan.Strips;
            host.Split(count, isAsItLies ? LinesPackedAtOnce : 1, Stage(MatMulStage.PackB), (isAsItLies ? plan.Shape.Columns : plan.Width * inner) * CopyCost);
        }
        else if (plan.PackB == PackedColumns.Ragged)
            Stage(MatMulStage.PackB).Run(plan.Strips - 1, plan.Strips);
        var cost = plan.Cost((long)plan.Shape.Rows * plan.Shape.Columns * inner);
        host.Split(plan.Tasks, 1, Stage(MatMulStage.Tiles), cost / plan.Tasks);

        MatMulJob Stage(MatMulStage stage) => new(plan, operands, end, stage, item, slot, block, endBlock);
    }
}
