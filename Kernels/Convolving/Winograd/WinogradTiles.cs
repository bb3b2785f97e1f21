using System.Runtime.CompilerServices;

namespace GpuNN.Kernels;

/// <summary>What the passes of a <see cref="WinogradPlan"/> share: the transformed sources of a block of lines.</summary>
internal static unsafe class WinogradTiles
{
    /// <summary>A run of a block's lines that lie in one image.</summary>
    /// <param name="Image">The image.</param>
    /// <param name="Line">Its first line of the run.</param>
    /// <param name="Count">Lines.</param>
    public readonly record struct Segment(int Image, int Line, int Count)
    {
        /// <summary>The run that begins at a line of all images and ends before another.</summary>
        public static Segment At(WinogradPlan plan, int line, int last)
        {
            var (image, own) = Math.DivRem(line, plan.Down);
            return new(image, own, Math.Min(plan.Down - own, last - line));
        }
    }

    /// <summary>Transforms the sources of lines [first, last), read once: B' d B at each place for each tile and channel.</summary>
    public static void Sources<T>(WinogradPlan plan, float* images, int first, int last, float* slot) where T : struct, IHostLane<T>
    {
        var target = slot + plan.AtSources;
        for (var line = first; line < last;)
        {
            var segment = Segment.At(plan, line, last);
            var top = Math.Clamp(segment.Line * plan.Side - plan.Top, 0, plan.SourceHeight);
            var bottom = Math.Clamp((segment.Line + segment.Count - 1) * plan.Side - plan.Top + WinogradTransform.Points, top, plan.SourceHeight);
            if (bottom > top)
                Packing.Transpose(
                    images + (long)segment.Image * plan.Channels * plan.SourcePixels + (nint)top * plan.SourceWidth, plan.SourcePixels,
                    slot, plan.PaddedChannels, plan.Channels, (bottom - top) * plan.SourceWidth, plan.Lanes);
            Lines<T>(plan, segment, top, bottom, slot, target);
            target += (nint)segment.Count * plan.Across * plan.PaddedChannels;
            line += segment.Count;
        }
    }

    [SkipLocalsInit, MethodImpl(Hot.Loop)]
    private static void Lines<T>(WinogradPlan plan, Segment segment, int top, int bottom, float* slot, float* target) where T : struct, IHostLane<T>
    {
        const int Points = WinogradTransform.Points;
        var at = stackalloc float*[WinogradTransform.Places];
        var columns = stackalloc float[WinogradTransform.Places * 16];
        var zeros = slot + plan.AtZeros;
        for (var line = segment.Line; line < segment.Line + segment.Count; line++)
        {
            for (var across = 0; across < plan.Across; across++, target += plan.PaddedChannels)
            {
                for (var place = 0; place < WinogradTransform.Places; place++)
                {
                    var row = line * plan.Side - plan.Top + place / Points;
                    var column = across * plan.Side - plan.Left + place % Points;
                    var isInside = row >= top && row < bottom && column >= 0 && column < plan.SourceWidth;
                    at[place] = isInside ? slot + ((nint)(row - top) * plan.SourceWidth + column) * plan.PaddedChannels : zeros;
                }
                for (nint c = 0; c < plan.PaddedChannels; c += T.Width)
                {
                    for (var j = 0; j < Points; j++)
                        WinogradTransform.Source(
                            T.Load(at[j] + c), T.Load(at[j + 6] + c), T.Load(at[j + 12] + c), T.Load(at[j + 18] + c), T.Load(at[j + 24] + c), T.Load(at[j + 30] + c),
                            columns + j * T.Width, Points * T.Width);
                    var from = columns;
                    var to = target + c;
                    for (var i = 0; i < Points; i++, from += Points * T.Width, to += Points * plan.Sources)
                        WinogradTransform.Source(
                            T.Load(from), T.Load(from + T.Width), T.Load(from + 2 * T.Width), T.Load(from + 3 * T.Width), T.Load(from + 4 * T.Width), T.Load(from + 5 * T.Width),
                            to, (nint)plan.Sources);
                }
            }
        }
    }
}
