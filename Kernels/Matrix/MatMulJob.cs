using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>What the indices of a <see cref="MatMulJob"/> are.</summary>
internal enum MatMulStage
{
    /// <summary>Panels of A to pack.</summary>
    PackA,

    /// <summary>Strips of B to pack.</summary>
    PackB,

    /// <summary>Tasks of one item and block.</summary>
    Tiles,

    /// <summary>Whole items.</summary>
    Items,
}

/// <summary>The operands of a matrix product on the host.</summary>
internal unsafe struct MatMulOperands
{
    public float* A;
    public float* B;
    public float* C;
    public float* Workspace;
}

/// <summary>A stage of a matrix product on the host, for one batch item and the blocks [block, endBlock) of inner indices.</summary>
internal readonly unsafe struct MatMulJob(
    MatMulPlan plan, MatMulOperands* operands, ProductEnd? end, MatMulStage stage, int item, int slot, int block, int endBlock) : IHostJob
{
    private const int LargestTile = 14 * 2 * 16;

    private readonly MatMulPlan plan = plan;
    private readonly MatMulOperands* operands = operands;
    private readonly ProductEnd? end = end;
    private readonly MatMulStage stage = stage;
    private readonly int item = item;
    private readonly int slot = slot;
    private readonly int block = block;
    private readonly int endBlock = endBlock;

    private ref readonly MatMulShape Shape => ref plan.Shape;

    // Floats from one row of op(A) to the next, from one inner index to the next, and so on.
    private nint RowOfA => Shape.TransposeA ? 1 : Shape.Inner;

    private nint StepOfA => Shape.TransposeA ? Shape.Rows : 1;

    private nint ColumnOfB => Shape.TransposeB ? Shape.Inner : 1;

    private nint StepOfB => Shape.TransposeB ? 1 : Shape.Columns;

    private float* ItemOfA => operands->A + (Shape.SharedA ? 0 : (long)item * Shape.Rows * Shape.Inner);

    private float* ItemOfB => operands->B + (Shape.SharedB ? 0 : (long)item * Shape.Inner * Shape.Columns);

    private float* ItemOfC => operands->C + (long)item * Shape.Rows * Shape.Columns;

    private float* PackedA => operands->Workspace + slot * plan.Slot;

    private float* PackedB => PackedA + plan.RoomOfA;

    private int FirstInner => block * plan.Block;

    private int Inner => Math.Min(endBlock * plan.Block, Shape.Inner) - FirstInner;

    /// <inheritdoc/>
    public void Run(int first, int last)
    {
        for (var index = first; index < last; index++)
        {
            switch (stage)
            {
                case MatMulStage.PackA: PackPanel(index); break;
                case MatMulStage.PackB: PackStrip(index); break;
                case MatMulStage.Tiles: RunTask(index); break;
                default: RunItem(item + index, index); break;
            }
        }
    }

    private void RunItem(int which, int place)
    {
        if (!plan.IsStaged)
        {
            new MatMulJob(plan, operands, end, stage, which, place, 0, plan.Blocks).RunBlocks();
            return;
        }
        for (var k = 0; k < plan.Blocks; k++)
            new MatMulJob(plan, operands, end, stage, which, place, k, k + 1).RunBlocks();
    }

    private void RunBlocks()
    {
        if (plan.PackA)
        {
            for (var panel = 0; panel < plan.Panels; panel++)
                PackPanel(panel);
        }
        if (plan.PackB != PackedColumns.None)
        {
            for (var strip = plan.PackB == PackedColumns.All ? 0 : plan.Strips - 1; strip < plan.Strips; strip++)
                PackStrip(strip);
        }
        for (var task = 0; task < plan.Tasks; task++)
            RunTask(task);
    }

    private void PackPanel(int panel)
    {
        var row = plan.FirstRow(panel);
        var rows = plan.FirstRow(panel + 1) - row;
        var target = PackedA + (long)panel * plan.PanelRoom;
        var offset = row * RowOfA + FirstInner * StepOfA;
        if (Shape.TransposeA)
            Packing.Copy(ItemOfA + offset, StepOfA, (long)Shape.Rows * Shape.Inner - offset, target, rows, rows, Inner);
        else
            Packing.Transpose(ItemOfA + offset, RowOfA, target, rows, rows, Inner, plan.Lanes);
    }

    private void PackStrip(int strip)
    {
        var column = strip * plan.Width;
        var width = Math.Min(plan.Width, Shape.Columns - column);
        var step = (strip == plan.Strips - 1 ? plan.LastVectors : plan.Vectors) * plan.Lanes;
        var offset = column * ColumnOfB + FirstInner * StepOfB;
        if (Shape.TransposeB)
            Packing.Transpose(ItemOfB + offset, ColumnOfB, StripAt(strip), step, width, Inner, plan.Lanes);
        else
            Packing.Copy(ItemOfB + offset, StepOfB, (long)Shape.Inner * Shape.Columns - offset, StripAt(strip), step, width, Inner);
    }

    private float* StripAt(int strip) => PackedB + (plan.PackB == PackedColumns.All ? (long)strip * plan.StripRoom : 0);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunTask(int task)
    {
        var (top, bottom, left, right) = plan.Rectangle(task);
        for (var k = block; k < endBlock; k++)
        {
            for (var strip = left; strip < right; strip++)
                RunStrip(strip, top, bottom, k);
        }
        if (end is null || FirstInner + Inner < Shape.Inner)
            return;
        var above = (long)item * Shape.Rows;
        end.Run(plan.Lanes, above + plan.FirstRow(top), above + plan.FirstRow(bottom), left * plan.Width, Math.Min(right * plan.Width, Shape.Columns));
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunStrip(int strip, int top, int bottom, int k)
    {
        var column = strip * plan.Width;
        var isLast = strip == plan.Strips - 1;
        var vectors = isLast ? plan.LastVectors : plan.Vectors;
        var isRagged = isLast && Shape.Columns % plan.Lanes != 0;
        var first = k * plan.Block;
        var spare = stackalloc float[LargestTile];
        var tile = new Tile
        {
            RowOfA = (nint)Shape.Inner * sizeof(float),
            B = ItemOfB + column * ColumnOfB + first * StepOfB,
            StepOfB = StepOfB * sizeof(float),
            RowOfC = (nint)Shape.Columns * sizeof(float),
            Inner = Math.Min(plan.Block, Shape.Inner - first),
            Outer = 1,
            Start = TileKernels.Zeros,
            Accumulate = k > 0 ? 1 : 0,
        };
        if (plan.PackB == PackedColumns.All || (plan.PackB == PackedColumns.Ragged && isRagged))
        {
            var step = vectors * plan.Lanes;
            tile.B = StripAt(strip) + (first - FirstInner) * (nint)step;
            tile.StepOfB = step * sizeof(float);
        }
        for (var panel = top; panel < bottom; panel++)
        {
            var row = plan.FirstRow(panel);
            var rows = plan.FirstRow(panel + 1) - row;
            var kernel = plan.Kernel(rows, isLast);
            tile.A = plan.PackA ? PackedA + (long)panel * plan.PanelRoom : ItemOfA + row * RowOfA + first * StepOfA;
            tile.StepOfA = (plan.PackA ? rows : StepOfA) * sizeof(float);
            tile.C = ItemOfC + (long)row * Shape.Columns + column;
            if (isRagged)
                RunRagged(kernel, tile, spare, rows, vectors * plan.Lanes, Shape.Columns - column);
            else
                kernel(&tile);
        }
    }

    // The tile reaches past C's last column: it goes to a spare one, and what belongs to C is copied.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RunRagged(delegate*<Tile*, void> kernel, Tile tile, float* spare, int rows, int step, int columns)
    {
        var c = tile.C;
        var stride = tile.RowOfC / sizeof(float);
        var accumulate = tile.Accumulate;
        tile.C = spare;
        tile.RowOfC = step * sizeof(float);
        tile.Accumulate = 0;
        kernel(&tile);
        for (var row = 0; row < rows; row++, c += stride, spare += step)
        {
            var source = new ReadOnlySpan<float>(spare, columns);
            var target = new Span<float>(c, columns);
            if (accumulate == 0)
            {
                source.CopyTo(target);
                continue;
            }
            for (var j = 0; j < columns; j++)
                target[j] += source[j];
        }
    }
}
