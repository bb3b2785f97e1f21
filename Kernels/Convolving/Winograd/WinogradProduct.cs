using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Runs a <see cref="WinogradPlan"/> forward, or back to the inputs: the weights are transformed once, then each block of lines is
/// transformed, multiplied and transformed back. A result's sum runs over the channels at each place, whatever blocks and threads are.
/// A source that is infinite or no number spoils the whole tiles that see it.
/// </summary>
internal readonly unsafe struct WinogradProduct(HostRoute host, WinogradPlan plan, PatchOperands operands, ProductEnd? end) : ILaneCall
{
    /// <summary>Floats of a block that leave the second cache room for the weights of a place.</summary>
    public const long FloatsOfBlock = 80 << 10;

    /// <summary>Blocks that each thread should have.</summary>
    public const int TasksOfThread = 4;

    /// <summary>Floats of scratch: transformed weights, then the threads' slots.</summary>
    public static long Workspace(WinogradPlan plan) => HostMemory.Room(plan.Weights) + plan.Scratch.Room;

    public void Run<T>() where T : struct, IHostLane<T>
    {
        var products = (float)plan.AllLines * plan.Across * plan.Weights / (4f * plan.Lanes);
        host.Split(plan.Channels, 1, new WeightsJob<T>(plan, operands), plan.PaddedTargets * 4f);
        host.Split(plan.Blocks, 1, new BlocksJob<T>(plan, operands, end), products / plan.Blocks);
    }

    /// <summary>Transforms the weights of channels [first, last): G g G' at each place, (channels, targets of a strip) a strip.</summary>
    private readonly struct WeightsJob<T>(WinogradPlan plan, PatchOperands operands) : IHostJob where T : struct, IHostLane<T>
    {
        private const int MostTaps = 25;

        [SkipLocalsInit, MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            var places = plan.Taps * plan.Taps;
            // w is (outputs, inputs, places) whichever way the sums go; back they meet the window from its other end.
            var (ofTarget, ofChannel) = plan.IsGradient ? ((nint)places, (nint)plan.Targets * places) : ((nint)plan.Channels * places, (nint)places);
            var taps = stackalloc float[MostTaps * 16];
            var columns = stackalloc float[WinogradTransform.Places * 16];
            var place = (nint)plan.Channels * plan.PaddedTargets;
            for (var channel = first; channel < last; channel++)
            {
                for (var target = 0; target < plan.PaddedTargets; target += T.Width)
                {
                    for (var tap = 0; tap < places; tap++)
                    {
                        var w = operands.Weights + channel * ofChannel + (plan.IsGradient ? places - 1 - tap : tap);
                        for (var lane = 0; lane < T.Width; lane++)
                            taps[tap * T.Width + lane] = target + lane < plan.Targets ? w[(target + lane) * ofTarget] : 0;
                    }
                    for (var v = 0; v < plan.Taps; v++)
                        WinogradTransform.Taps<T>(taps + v * T.Width, plan.Taps * T.Width, plan.Taps, columns + v * T.Width, plan.Taps * T.Width);
                    var width = plan.Vectors * T.Width;
                    var strip = target / width;
                    var step = strip == plan.Strips - 1 ? plan.LastVectors * T.Width : width;
                    var to = operands.Workspace + (nint)strip * width * plan.Channels + (nint)channel * step + (target - strip * width);
                    for (var i = 0; i < WinogradTransform.Points; i++, to += WinogradTransform.Points * place)
                        WinogradTransform.Taps<T>(columns + i * plan.Taps * T.Width, T.Width, plan.Taps, to, place);
                }
            }
        }
    }

    /// <summary>Computes blocks [first, last).</summary>
    private readonly struct BlocksJob<T>(WinogradPlan plan, PatchOperands operands, ProductEnd? end) : IHostJob where T : struct, IHostLane<T>
    {
        /// <summary>Channels that are summed in one go: a strip of so many lines of weights stays in the first cache.</summary>
        private const int MostChannels = 256;

        public void Run(int first, int last)
        {
            var rented = plan.Scratch.Rent();
            try
            {
                var slot = operands.Workspace + HostMemory.Room(plan.Weights) + rented * plan.Scratch.Floats;
                new Span<float>(slot + plan.AtZeros, plan.PaddedChannels).Clear();
                for (var block = first; block < last; block++)
                {
                    var (line, behind) = (block * plan.Lines, Math.Min((block + 1) * plan.Lines, plan.AllLines));
                    WinogradTiles.Sources<T>(plan, operands.Source, line, behind, slot);
                    Multiply((behind - line) * plan.Across, slot);
                    Finish(line, behind, slot);
                }
            }
            finally
            {
                plan.Scratch.Return(rented);
            }
        }

        [MethodImpl(Hot.Loop)]
        private void Multiply(int tiles, float* slot)
        {
            var panels = plan.Panels(tiles);
            var tile = new Tile
            {
                RowOfA = (nint)plan.PaddedChannels * sizeof(float),
                RowOfC = (nint)plan.PaddedTargets * sizeof(float),
                Outer = 1,
                Start = TileKernels.Zeros,
            };
            for (var place = 0; place < WinogradTransform.Places; place++)
            {
                for (var channel = 0; channel < plan.Channels; channel += MostChannels)
                {
                    tile.Inner = Math.Min(MostChannels, plan.Channels - channel);
                    tile.Accumulate = channel == 0 ? 0 : 1;
                    for (var strip = 0; strip < plan.Strips; strip++)
                    {
                        var isLast = strip == plan.Strips - 1;
                        var step = (isLast ? plan.LastVectors : plan.Vectors) * plan.Lanes;
                        var left = strip * plan.Vectors * plan.Lanes;
                        tile.StepOfB = step * sizeof(float);
                        tile.B = operands.Workspace + (nint)place * plan.Channels * plan.PaddedTargets + (nint)left * plan.Channels + (nint)channel * step;
                        for (var panel = 0; panel < panels; panel++)
                        {
                            var row = WinogradPlan.FirstRow(tiles, panels, panel);
                            tile.A = slot + plan.AtSources + (nint)place * (nint)plan.Sources + (nint)row * plan.PaddedChannels + channel;
                            tile.C = slot + plan.AtResults + (nint)place * (nint)plan.Results + (nint)row * plan.PaddedTargets + left;
                            plan.Kernel(WinogradPlan.FirstRow(tiles, panels, panel + 1) - row, isLast, panel: false)(&tile);
                        }
                    }
                }
            }
        }

        private void Finish(int first, int last, float* slot)
        {
            var from = slot + plan.AtResults;
            var targets = slot + plan.AtTargets;
            var pitch = plan.Across * plan.Side;
            for (var line = first; line < last;)
            {
                var segment = WinogradTiles.Segment.At(plan, line, last);
                TransformBack(segment.Count, from, targets);
                from += (nint)segment.Count * plan.Across * plan.PaddedTargets;
                line += segment.Count;
                var top = segment.Line * plan.Side;
                var rows = Math.Min(segment.Count * plan.Side, plan.TargetHeight - top);
                var results = operands.Results + (long)segment.Image * plan.Targets * plan.TargetPixels + (nint)top * plan.TargetWidth;
                if (pitch == plan.TargetWidth)
                    LaneTranspose.Run<T>(targets, plan.PaddedTargets, results, plan.TargetPixels, rows * pitch, plan.Targets);
                else
                    for (var row = 0; row < rows; row++)
                        LaneTranspose.Run<T>(targets + (nint)row * pitch * plan.PaddedTargets, plan.PaddedTargets, results + row * plan.TargetWidth, plan.TargetPixels, plan.TargetWidth, plan.Targets);
                end?.Run(plan.Lanes, (long)segment.Image * plan.Targets, (long)(segment.Image + 1) * plan.Targets, top * plan.TargetWidth, (top + rows) * plan.TargetWidth);
            }
        }

        // A' m A for each tile and target, to pixels with their targets side by side.
        [SkipLocalsInit, MethodImpl(Hot.Loop)]
        private void TransformBack(int lines, float* from, float* targets)
        {
            const int Points = WinogradTransform.Points;
            var columns = stackalloc float[WinogradTransform.Places * 16];
            var (side, place, ofRow) = (plan.Side, (nint)plan.Results, (nint)plan.Across * plan.Side * plan.PaddedTargets);
            for (var line = 0; line < lines; line++)
            {
                for (var across = 0; across < plan.Across; across++, from += plan.PaddedTargets)
                {
                    for (nint c = 0; c < plan.PaddedTargets; c += T.Width)
                    {
                        for (var j = 0; j < Points; j++)
                            WinogradTransform.Results(from + j * place + c, Points * place, T.Zero, columns + j * T.Width, Points * T.Width, side);
                        var bias = operands.Bias == null ? T.Zero : T.LoadPart(operands.Bias + c, (int)Math.Min(T.Width, plan.Targets - c), 0);
                        var to = targets + line * side * ofRow + (nint)across * side * plan.PaddedTargets + c;
                        for (var i = 0; i < side; i++, to += ofRow)
                            WinogradTransform.Results(columns + i * Points * T.Width, T.Width, bias, to, plan.PaddedTargets, side);
                    }
                }
            }
        }
    }
}
