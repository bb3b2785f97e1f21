namespace GpuNN.Peers;

/// <summary>The model's arithmetic: operations of matrix products and convolutions, two a multiply-add.</summary>
static class FlopCount
{
    /// <summary>Operations of a chain of linear layers in one training step; the first needs no input gradient.</summary>
    public static double Linear(int batch, params int[] widths)
    {
        double f = 0;
        for (int i = 0; i + 1 < widths.Length; i++)
            f += 2.0 * batch * widths[i] * widths[i + 1] * (i == 0 ? 2 : 3);
        return f;
    }

    /// <summary>Operations of one convolution forward, with a square kernel and square images.</summary>
    public static double Conv(int n, int c, int k, int r, int outHw) => 2.0 * n * c * k * r * r * outHw * outHw;
}
