using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// The gradient of recurrent or input weights on the host, in the order of the cut: a strip for each gate of a block of units. Whenever a chunk of steps is
/// done, what the weights were multiplied with, transposed, is multiplied with the gradients by that product, which are in the cache then: a product
/// after the last step would fetch all of them again.
/// </summary>
/// <param name="host">Where it runs.</param>
/// <param name="plan">The cut.</param>
/// <param name="height">Rows of the weights.</param>
/// <param name="rows">What they were multiplied with, step behind step: for each row of the batch a number for each of theirs.</param>
/// <param name="flows">The chunk's gradients by the product.</param>
/// <param name="sums">Room for the strips, <see cref="Room"/> floats.</param>
internal readonly unsafe struct HostWeightGradient(HostRoute host, RecurrencePlan plan, int height, float* rows, float* flows, float* sums)
{
    private const int RowsOfTask = 128;
    private const int InnerOfBlock = 512;

    // A strip of the gradient.
    private long Strip => checked((long)height * plan.Back.Units);

    /// <summary>Floats of all strips.</summary>
    public static long Room(RecurrencePlan plan, int height) => checked((long)plan.Strips * height * plan.Back.Units);

    /// <summary>Starts from zeros, for a run without steps.</summary>
    public void Clear() => new Span<float>(sums, checked((int)Room(plan, height))).Clear();

    /// <summary>Adds what the steps of a chunk give.</summary>
    /// <param name="first">The chunk's first turn.</param>
    /// <param name="last">Its last turn.</param>
    public void Add(int first, int last)
    {
        var shape = plan.Shape;
        var (step, slot) = (Math.Min(shape.Step(first), shape.Step(last)), Math.Min(plan.Slot(first), plan.Slot(last)));
        var parts = (height + RowsOfTask - 1) / RowsOfTask;
        var job = new ProductJob(plan, height, rows + (long)step * shape.Batch * height, flows + (long)slot * shape.Batch * plan.Back.Units, sums, Strip,
            (last - first + 1) * shape.Batch, last < shape.Steps - 1, parts);
        host.Split(plan.Strips * parts, 1, job, (float)job.Inner * Math.Min(RowsOfTask, height) * plan.Back.Units / (4 * plan.Lanes));
    }

    /// <summary>Writes the gradient in the order of the weights.</summary>
    public void Store(float* target) => host.Split(height, 1, new StoreJob(plan, sums, Strip, target), plan.Columns * 0.2f);

    private readonly struct ProductJob(RecurrencePlan plan, int height, float* a, float* flows, float* sums, long strip, int inner, bool adds, int parts) : IHostJob
    {
        public int Inner => inner;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            var width = plan.Back.Units;
            for (var task = first; task < last; task++)
            {
                var (at, part) = Math.DivRem(task, parts);
                var (top, bottom) = (height * part / parts, height * (part + 1) / parts);
                var tile = new Tile
                {
                    StepOfA = (nint)height * sizeof(float),
                    StepOfB = (nint)width * sizeof(float),
                    C = sums + at * strip + (nint)top * width,
                    RowOfC = (nint)width * sizeof(float),
                    Outer = 1,
                    Start = TileKernels.Zeros,
                };
                for (var k = 0; k < inner; k += InnerOfBlock)
                {
                    tile.A = a + (nint)k * height + top;
                    tile.B = flows + at * plan.FlowStrip + (nint)k * width;
                    tile.Inner = Math.Min(InnerOfBlock, inner - k);
                    tile.Accumulate = adds || k > 0 ? 1 : 0;
                    CachedProduct.Run(tile, plan.Lanes, bottom - top, width, strip: 0, panel: true);
                }
            }
        }
    }

    private readonly struct StoreJob(RecurrencePlan plan, float* sums, long pitch, float* target) : IHostJob
    {
        public void Run(int first, int last)
        {
            var (units, width) = (plan.Shape.Units, plan.Back.Units);
            for (var row = first; row < last; row++)
            {
                for (var strip = 0; strip < plan.Strips; strip++)
                {
                    var (block, gate) = Math.DivRem(strip, plan.Gates);
                    var count = Math.Min(width, units - block * width);
                    new Span<float>(sums + strip * pitch + (nint)row * width, count)
                        .CopyTo(new Span<float>(target + (nint)row * plan.Columns + gate * units + block * width, count));
                }
            }
        }
    }
}
