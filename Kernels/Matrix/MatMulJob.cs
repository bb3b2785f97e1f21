using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GpuNN.Kernels;

/// <summary>What the indices of a <see cref="MatMulJob"/> are.</summary>
internal enum MatMulStage
{
    /// <summary>Panels of A to pack.</summary>
    PackA,

    /// <summary>Inner indices of B to pack, in all strips; where the last strip alone is packed, or B is transposed, strips.</summary>
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
                case MatMulStage.PackB when !Shape.TransposeB && plan.PackB == PackedColumns.All: PackLines(first, last); return;
                case MatMulStage.PackB: PackStrip(index, StripAt(index)); break;
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
            for (var panel = 0; panel < plan.Panels.Count; panel++)
                PackPanel(panel);
        }
        if (plan.PackB != PackedColumns.None)
        {
            for (var strip = plan.PackB == PackedColumns.All ? 0 : plan.Strips - 1; strip < plan.Strips; strip++)
                PackStrip(strip, StripAt(strip));
        }
        for (var task = 0; task < plan.Tasks; task++)
            RunTask(task);
    }

    private void PackPanel(int panel)
    {
        var row = plan.Panels.First(panel);
        var rows = plan.Panels.Rows(panel);
        var target = PackedA + (long)panel * plan.PanelRoom;
        var offset = row * RowOfA + FirstInner * StepOfA;
        if (Shape.TransposeA)
            Packing.Copy(ItemOfA + offset, StepOfA, (long)Shape.Rows * Shape.Inner - offset, target, rows, rows, Inner);
        else
            Packing.Transpose(ItemOfA + offset, RowOfA, target, rows, rows, Inner, plan.Lanes);
    }

    // All strips of a few inner indices: B is read as it lies in memory, which the processor fetches ahead.
    private void PackLines(int first, int last)
    {
        for (var strip = 0; strip < plan.Strips; strip++)
            PackStrip(strip, StripAt(strip), first, last - first);
    }

    private void PackStrip(int strip, float* target) => PackStrip(strip, target, 0, Inner);

    private void PackStrip(int strip, float* target, int skipped, int inner)
    {
        var column = strip * plan.Width;
        var width = Math.Min(plan.Width, Shape.Columns - column);
        var step = (strip == plan.Strips - 1 ? plan.LastVectors : plan.Vectors) * plan.Lanes;
        var offset = column * ColumnOfB + (FirstInner + skipped) * StepOfB;
        target += (long)skipped * step;
        if (Shape.TransposeB)
        {
            Packing.Transpose(ItemOfB + offset, ColumnOfB, target, step, width, inner, plan.Lanes);
            return;
        }
        var readable = (long)Shape.Inner * Shape.Columns - offset;
        // Behind the last of these lines another thread may be at work, where a whole vector would reach.
        if (skipped + inner < Inner && step % Packing.Step != 0)
            readable = Math.Min(readable, (inner - 1) * StepOfB + width);
        Packing.Copy(ItemOfB + offset, StepOfB, readable, target, step, width, inner);
    }

    private float* StripAt(int strip) => PackedB + (plan.PackB == PackedColumns.All ? (long)strip * plan.StripRoom : 0);

    [MethodImpl(Hot.Loop)]
    private void RunTask(int task)
    {
        var (top, bottom, left, right) = plan.Rectangle(task);
        if (plan.PacksInTask)
        {
            RunAndPack(top, bottom, left, right);
        }
        else if (plan.WritesRows)
        {
            for (var panel = top; panel < bottom; panel++)
                for (var strip = left; strip < right; strip++)
                    RunStrip(strip, panel, panel + 1, block, StripAt(strip));
        }
        else
        {
            for (var k = block; k < endBlock; k++)
                for (var strip = left; strip < right; strip++)
                    RunStrip(strip, top, bottom, k, StripAt(strip));
        }
        if (end is null || FirstInner + Inner < Shape.Inner)
            return;
        var above = (long)item * Shape.Rows;
        end.Run(plan.Lanes, above + plan.Panels.First(top), above + plan.Panels.First(bottom), left * plan.Width, Math.Min(right * plan.Width, Shape.Columns));
    }

    private void RunAndPack(int top, int bottom, int left, int right)
    {
        var slot = plan.Scratch!.Rent();
        var packed = operands->Workspace + plan.Slot * plan.Items + slot * plan.Scratch.Floats;
        for (var some = left; some < right; some += MatMulPlan.PackedAtOnce)
        {
            var behind = Math.Min(some + MatMulPlan.PackedAtOnce, right);
            for (var k = block; k < endBlock; k++)
            {
                var one = new MatMulJob(plan, operands, end, stage, item, this.slot, k, k + 1);
                for (var strip = some; strip < behind; strip++)
                    one.PackStrip(strip, packed + (long)(strip - some) * plan.StripRoom);
                var next = k + 1 < endBlock ? new PrefetchedPart(some, k + 1) : new PrefetchedPart(some + MatMulPlan.PackedAtOnce, block);
                var turns = (behind - some) * (bottom - top);
                var turn = 0;
                for (var strip = some; strip < behind; strip++)
                {
                    for (var panel = top; panel < bottom; panel++)
                    {
                        Prefetch(next, turn++, turns);
                        one.RunStrip(strip, panel, panel + 1, k, packed + (long)(strip - some) * plan.StripRoom);
                    }
                }
            }
        }
        plan.Scratch.Return(slot);
    }

    // What is packed next is fetched from memory bit by bit while this is multiplied: the processor does not see such strides coming.
    [MethodImpl(Hot.Loop)]
    private void Prefetch(PrefetchedPart part, int turn, int turns)
    {
        if (!Sse.IsSupported || part.Strip >= plan.Strips)
            return;
        const int line = 16;
        var column = part.Strip * plan.Width;
        var columns = Math.Min(MatMulPlan.PackedAtOnce * plan.Width, Shape.Columns - column);
        var first = part.Block * plan.Block;
        var inner = Math.Min(plan.Block, Shape.Inner - first);
        // The lines of B in memory, whichever axis they follow.
        var (lines, length) = Shape.TransposeB ? (columns, inner) : (inner, columns);
        var from = ItemOfB + column * ColumnOfB + first * StepOfB;
        var stride = Shape.TransposeB ? ColumnOfB : StepOfB;
        for (var at = (long)lines * turn / turns; at < (long)lines * (turn + 1) / turns; at++)
            for (var c = 0; c < length; c += line)
                Sse.Prefetch1(from + (nint)at * stride + c);
    }

    /// <summary>The strips from one on, in a block of inner indices.</summary>
    private readonly record struct PrefetchedPart(int Strip, int Block);

    [SkipLocalsInit, MethodImpl(Hot.Loop)]
    private void RunStrip(int strip, int top, int bottom, int k, float* packed)
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
            tile.B = packed + (first - FirstInner) * (nint)step;
            tile.StepOfB = step * sizeof(float);
        }
        for (var panel = top; panel < bottom; panel++)
        {
            var row = plan.Panels.First(panel);
            var rows = plan.Panels.Rows(panel);
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
    [MethodImpl(Hot.Loop)]
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
