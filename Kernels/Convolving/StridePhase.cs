namespace GpuNN.Kernels;

/// <summary>
/// One axis of a convolution's input gradient. The pixels a stride + phase of the input are seen by the places first + t step
/// of the window, and only by these: from the outputs a + shift - t advance, with advance = step dilation / stride.
/// </summary>
public readonly struct StridePhase
{
    /// <summary>The first place that sees the phase's pixels.</summary>
    public readonly int First;

    /// <summary>Places that see them.</summary>
    public readonly int Taps;

    /// <summary>Outputs from a pixel's number in its phase to the one whose first place sees it.</summary>
    public readonly int Shift;

    /// <summary>The axis for one phase.</summary>
    /// <param name="phase">Pixels from a multiple of the stride.</param>
    /// <param name="stride">Pixels from one output to the next.</param>
    /// <param name="dilation">Pixels from one place of the window to the next.</param>
    /// <param name="padding">Pixels of padding before the image.</param>
    /// <param name="places">Places of the window.</param>
    /// <param name="step">Places from one that sees a pixel to the next: the stride over its common factor with the dilation.</param>
    public StridePhase(int phase, int stride, int dilation, int padding, int places, int step)
    {
        var first = 0;
        // A negative remainder tells the same: whether the place's pixel is the phase's.
        while (first < step && (phase + padding - first * dilation) % stride != 0)
            first++;
        First = first;
        Taps = first < step && first < places ? (places - 1 - first) / step + 1 : 0;
        Shift = (phase + padding - first * dilation) / stride;
    }

    /// <summary>Places of a window from one that sees a pixel to the next.</summary>
    internal static int Step(int stride, int dilation)
    {
        var (a, b) = (stride, dilation);
        while (b > 0)
            (a, b) = (b, a % b);
        return stride / a;
    }
}
