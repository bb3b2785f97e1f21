using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// The gradient of the recurrent weights on the host, in the order of the cut: a strip for each gate of a block of units. Whenever a chunk of steps is
/// done, the states before them, transposed, are multiplied with their gradients by the product, which are in the cache then: a product
/// after the last step would fetch all of them again.
/// </summary>
internal readonly unsafe struct HostRecurrentWeights(HostRoute host, RecurrencePlan plan, float* flows, float* sums)
{
    private const int RowsOfTask = 128;
    private const int InnerOfBlock = 512;

    /// <summary>The strips.</summary>
    public float* Sums => sums;

    /// <summary>Adds what the steps of a chunk give.</summary>
    /// <param name="first">The chunk's first turn.</param>
    /// <param name="last">Its last turn.</param>
    /// <param name="priors">States before all steps.</param>
    public void Add(int first, int last, float* priors)
    {
        var shape = plan.Shape;
        var (step, slot) = (Math.Min(shape.Step(first), shape.Step(last)), Math.Min(plan.Slot(first), plan.Slot(last)));
        var parts = (shape.Units + RowsOfTask - 1) / RowsOfTask;
        var job = new ProductJob(plan, priors + (long)step * shape.State, flows + (long)slot * shape.Batch * plan.Back.Units, sums,
            (last - first + 1) * shape.Batch, last < shape.Steps - 1, parts);
        host.Split(plan.Strips * parts, 1, job, (float)job.Inner * Math.Min(RowsOfTask, shape.Units) * plan.Back.Units / (4 * plan.Lanes));
    }

    /// <summary>Writes the gradient in the order of the weights.</summary>
    public void Store(float* target) => host.Split(plan.Shape.Units, 1, new StoreJob(plan, sums, target), plan.Columns * 0.2f);

    private readonly struct ProductJob(RecurrencePlan plan, float* a, float* flows, float* sums, int inner, bool adds, int parts) : IHostJob
    {
        public int Inner => inner;

        [MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            var (units, width) = (plan.Shape.Units, plan.Back.Units);
            for (var task = first; task < last; task++)
            {
                var (strip, part) = Math.DivRem(task, parts);
                var (top, bottom) = (units * part / parts, units * (part + 1) / parts);
                var tile = new Tile
                {
                    StepOfA = (nint)units * sizeof(float),
                    StepOfB = (nint)width * sizeof(float),
                    C = sums + strip * plan.WeightStrip + (nint)top * width,
                    RowOfC = (nint)width * sizeof(float),
                    Outer = 1,
                    Start = TileKernels.Zeros,
                };
                for (var at = 0; at < inner; at += InnerOfBlock)
                {
                    tile.A = a + (nint)at * units + top;
                    tile.B = flows + strip * plan.FlowStrip + (nint)at * width;
                    tile.Inner = Math.Min(InnerOfBlock, inner - at);
                    tile.Accumulate = adds || at > 0 ? 1 : 0;
                    CachedProduct.Run(tile, plan.Lanes, bottom - top, width, strip: 0, panel: true);
                }
            }
        }
    }

    private readonly struct StoreJob(RecurrencePlan plan, float* sums, float* target) : IHostJob
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
                    new Span<float>(sums + strip * plan.WeightStrip + (nint)row * width, count)
                        .CopyTo(new Span<float>(target + (nint)row * plan.Columns + gate * units + block * width, count));
                }
            }
        }
    }
}
