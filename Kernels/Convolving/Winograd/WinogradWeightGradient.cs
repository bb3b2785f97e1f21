using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>
/// Runs a <see cref="WinogradPlan"/> towards the weights: with dy's tiles as the taps of each window of x, sums over all tiles at each
/// place, transformed once at the end. The images are cut into up to 8 runs whose sums are kept apart and added in order, so that
/// threads do not touch an element's sum.
/// </summary>
internal readonly unsafe struct WinogradWeightGradient(HostRoute host, WinogradPlan plan, WeightGradientOperands operands) : ILaneCall
{
    /// <summary>Floats of a block: sums are read and written once a block, so that it is larger than the second cache would like.</summary>
    public const long FloatsOfBlock = 160 << 10;

    /// <summary>Floats of scratch: the runs' sums, then the threads' slots.</summary>
    public static long Workspace(WinogradPlan plan) => HostMemory.Room(plan.Weights * plan.Runs) + plan.Scratch.Room;

    public void Run<T>() where T : struct, IHostLane<T>
    {
        var products = (float)plan.AllLines * plan.Across * plan.Weights / (4f * plan.Lanes);
        host.Split(plan.Runs, 1, new RunsJob<T>(plan, operands), products / plan.Runs);
        host.Split(plan.Channels, 1, new EndJob<T>(plan, operands), plan.Runs * plan.PaddedTargets * 6f);
    }

    /// <summary>Sums runs [first, last) of images.</summary>
    private readonly struct RunsJob<T>(WinogradPlan plan, WeightGradientOperands operands) : IHostJob where T : struct, IHostLane<T>
    {
        public void Run(int first, int last)
        {
            var rented = plan.Scratch.Rent();
            try
            {
                var slot = operands.Workspace + HostMemory.Room(plan.Weights * plan.Runs) + rented * plan.Scratch.Floats;
                new Span<float>(slot + plan.AtZeros, plan.PaddedChannels).Clear();
                for (var run = first; run < last; run++)
                {
                    var (begin, end) = (plan.FirstImage(run) * plan.Down, plan.FirstImage(run + 1) * plan.Down);
                    for (var line = begin; line < end; line += plan.Lines)
                    {
                        var behind = Math.Min(line + plan.Lines, end);
                        WinogradTiles.Sources<T>(plan, operands.X, line, behind, slot);
                        Taps(line, behind, slot);
                        Multiply((behind - line) * plan.Across, operands.Workspace + run * plan.Weights, slot, line == begin);
                    }
                }
            }
            finally
            {
                plan.Scratch.Return(rented);
            }
        }

        private void Taps(int first, int last, float* slot)
        {
            var target = slot + plan.AtResults;
            var pixels = slot + plan.AtTargets;
            var pitch = plan.Across * plan.Side;
            for (var line = first; line < last;)
            {
                var segment = WinogradTiles.Segment.At(plan, line, last);
                var top = segment.Line * plan.Side;
                var rows = Math.Min(segment.Count * plan.Side, plan.TargetHeight - top);
                var dy = operands.Dy + (long)segment.Image * plan.Targets * plan.TargetPixels + (nint)top * plan.TargetWidth;
                if (pitch == plan.TargetWidth && rows == segment.Count * plan.Side)
                {
                    Packing.Transpose(dy, plan.TargetPixels, pixels, plan.PaddedTargets, plan.Targets, rows * pitch, plan.Lanes);
                }
                else
                {
                    // What lies beyond the results adds nothing.
                    new Span<float>(pixels, segment.Count * plan.Side * pitch * plan.PaddedTargets).Clear();
                    for (var row = 0; row < rows; row++)
                        Packing.Transpose(dy + row * plan.TargetWidth, plan.TargetPixels, pixels + (nint)row * pitch * plan.PaddedTargets, plan.PaddedTargets, plan.Targets, plan.TargetWidth, plan.Lanes);
                }
                Transform(segment.Count, pixels, target);
                target += (nint)segment.Count * plan.Across * plan.PaddedTargets;
                line += segment.Count;
            }
        }

        [SkipLocalsInit, MethodImpl(Hot.Loop)]
        private void Transform(int lines, float* pixels, float* target)
        {
            var columns = stackalloc float[WinogradTransform.Places * 16];
            var (side, place, ofRow) = (plan.Side, (nint)plan.Results, (nint)plan.Across * plan.Side * plan.PaddedTargets);
            for (var line = 0; line < lines; line++)
            {
                for (var across = 0; across < plan.Across; across++, target += plan.PaddedTargets)
                {
                    var from = pixels + line * side * ofRow + (nint)across * side * plan.PaddedTargets;
                    for (nint c = 0; c < plan.PaddedTargets; c += T.Width)
                    {
                        for (var v = 0; v < side; v++)
                            WinogradTransform.Taps<T>(from + v * plan.PaddedTargets + c, ofRow, side, columns + v * T.Width, side * T.Width);
                        var to = target + c;
                        for (var i = 0; i < WinogradTransform.Points; i++, to += WinogradTransform.Points * place)
                            WinogradTransform.Taps<T>(columns + i * side * T.Width, T.Width, side, to, place);
                    }
                }
            }
        }

        [MethodImpl(Hot.Loop)]
        private void Multiply(int tiles, float* sums, float* slot, bool isFirst)
        {
            var panels = plan.Panels(plan.Channels);
            var tile = new Tile
            {
                StepOfA = (nint)plan.PaddedChannels * sizeof(float),
                StepOfB = (nint)plan.PaddedTargets * sizeof(float),
                RowOfC = (nint)plan.PaddedTargets * sizeof(float),
                Inner = tiles,
                Outer = 1,
                Start = TileKernels.Zeros,
                Accumulate = isFirst ? 0 : 1,
            };
            for (var place = 0; place < WinogradTransform.Places; place++)
            {
                for (var strip = 0; strip < plan.Strips; strip++)
                {
                    var left = strip * plan.Vectors * plan.Lanes;
                    tile.B = slot + plan.AtResults + (nint)place * (nint)plan.Results + left;
                    for (var panel = 0; panel < panels; panel++)
                    {
                        var row = WinogradPlan.FirstRow(plan.Channels, panels, panel);
                        tile.A = slot + plan.AtSources + (nint)place * (nint)plan.Sources + row;
                        tile.C = sums + ((nint)place * plan.Channels + row) * plan.PaddedTargets + left;
                        plan.Kernel(WinogradPlan.FirstRow(plan.Channels, panels, panel + 1) - row, strip == plan.Strips - 1, panel: true)(&tile);
                    }
                }
            }
        }
    }

    /// <summary>Adds the runs' sums of channels [first, last) and transforms them back: A' m A, taps for results.</summary>
    private readonly struct EndJob<T>(WinogradPlan plan, WeightGradientOperands operands) : IHostJob where T : struct, IHostLane<T>
    {
        [SkipLocalsInit, MethodImpl(Hot.Loop)]
        public void Run(int first, int last)
        {
            const int Points = WinogradTransform.Points;
            var sums = stackalloc float[WinogradTransform.Places * 16];
            var columns = stackalloc float[WinogradTransform.Places * 16];
            var (taps, places) = (plan.Taps, plan.Taps * plan.Taps);
            for (var channel = first; channel < last; channel++)
            {
                for (var target = 0; target < plan.PaddedTargets; target += T.Width)
                {
                    for (var place = 0; place < WinogradTransform.Places; place++)
                    {
                        var from = operands.Workspace + ((nint)place * plan.Channels + channel) * plan.PaddedTargets + target;
                        var sum = T.Load(from);
                        for (var run = 1; run < plan.Runs; run++)
                            sum += T.Load(from + run * plan.Weights);
                        T.Store(sums + place * T.Width, sum);
                    }
                    for (var j = 0; j < Points; j++)
                        WinogradTransform.Results(sums + j * T.Width, Points * T.Width, T.Zero, columns + j * T.Width, Points * T.Width, taps);
                    for (var u = 0; u < taps; u++)
                        WinogradTransform.Results(columns + u * Points * T.Width, T.Width, T.Zero, sums + u * taps * T.Width, T.Width, taps);
                    for (var lane = 0; lane < Math.Min(T.Width, plan.Targets - target); lane++)
                    {
                        var dw = operands.Dw + ((nint)(target + lane) * plan.Channels + channel) * places;
                        for (var tap = 0; tap < places; tap++)
                            dw[tap] = sums[tap * T.Width + lane];
                    }
                }
            }
        }
    }
}
