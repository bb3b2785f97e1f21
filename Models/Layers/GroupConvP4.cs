namespace GpuNN;

/// <summary>
/// Convolution over the group p4 of shifts and quarter turns: each filter looks at the image in four turns, y[n, o, r, p] = b[o] + sum over c, s, q of
/// w[o, c, (s - r) mod 4, q turned back by r] x[n, c, s, p + q]. Turned images give turned results whose turns r move on by one: with the greatest or
/// mean turn and pixel at its end, a network of such layers does not mind a quarter turn. The first layer lifts images: they have no s.
/// Shapes: x (batch, inputs, 4, height, width), or (batch, inputs, height, width) for a lifting layer, w (outputs, inputs, 4, kernel, kernel), or without
/// the 4, b (outputs), y (batch, outputs, 4, out height, out width).
/// Source: Cohen and Welling (2016), "Group equivariant convolutional networks".
/// </summary>
public sealed class GroupConvP4 : Layer
{
    private const int Turns = 4;

    private readonly Window window;
    private readonly Parameter weight;
    private readonly Parameter? bias;

    /// <summary>A convolution over shifts and quarter turns. Its window is square and its padding the same on all sides: else a turn would move it.</summary>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="kernel">Rows and columns of the window.</param>
    /// <param name="padding">Pixels around the image.</param>
    /// <param name="lifting">Whether x are images, not yet in four turns: the first layer.</param>
    /// <param name="bias">Whether each output channel adds a number of its own, in all turns the same.</param>
    /// <param name="init">Initial weights; <see cref="Inits.GlorotUniform"/> if null. The bias starts at 0.</param>
    public GroupConvP4(int inputs, int outputs, int kernel, int padding = 0, bool lifting = false, bool bias = true, Init? init = null)
    {
        Channels.Check("GroupConvP4", inputs, outputs, groups: 1);
        (Inputs, Outputs, IsLifting) = (inputs, outputs, lifting);
        window = new Window(kernel, padding: padding);
        weight = Own("weight", lifting ? [outputs, inputs, kernel, kernel] : [outputs, inputs, Turns, kernel, kernel], init ?? Inits.GlorotUniform);
        if (bias)
            this.bias = Own("bias", [outputs], Inits.Zeros);
    }

    /// <summary>Channels of x.</summary>
    public int Inputs { get; }

    /// <summary>Channels of y.</summary>
    public int Outputs { get; }

    /// <summary>Whether x are images, not yet in four turns.</summary>
    public bool IsLifting { get; }

    /// <summary>The weights (outputs, inputs, 4, kernel, kernel), or without the 4 for a lifting layer.</summary>
    public Parameter Weight => weight;

    /// <summary>The biases (outputs), or null without.</summary>
    public Parameter? Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (x.Shape.Rank != (IsLifting ? 4 : 5) || x.Shape[1] != Inputs || (!IsLifting && x.Shape[2] != Turns))
            throw new ShapeException($"GroupConvP4: needs {(IsLifting ? "images" : "images in four turns")} (batch, {Inputs}, {(IsLifting ? "" : "4, ")}height, width), "
                + $"but got {x.Shape}.\nThe first layer of a network is a lifting one, and no other.");
        var channels = IsLifting ? Inputs : Inputs * Turns;
        var y = x.Reshape([x.Shape[0], channels, x.Shape[^2], x.Shape[^1]]).Convolve(Filters(channels), Biases(), window);
        return y.Reshape([y.Shape[0], Outputs, Turns, y.Shape[2], y.Shape[3]]);
    }

    /// <summary>The filters of one convolution (outputs * turns, channels, kernel, kernel): each in its four turns.</summary>
    private Tensor Filters(int channels)
    {
        var size = window.Size.Height;
        var turned = Enumerable.Range(0, Turns).Select(r => MovedOn(r).Turn(r).Reshape([Outputs, 1, channels, size, size])).ToArray();
        return Slicing.Concatenate(1, turned).Reshape([Outputs * Turns, channels, size, size]);
    }

    // The weights that a result of turn r has for turn s are those for s - r.
    private Tensor MovedOn(int r) => IsLifting || r == 0 ? weight : Slicing.Concatenate(2, weight.Slice(2, Turns - r, r), weight.Slice(2, 0, Turns - r));

    private Tensor? Biases() => bias?.Reshape([Outputs, 1]).BroadcastTo([Outputs, Turns]).Reshape([Outputs * Turns]);

    /// <inheritdoc/>
    public override string ToString() => $"GroupConvP4({Inputs} -> {Outputs}, {window}{(IsLifting ? ", lifting" : "")}{(bias is null ? ", no bias" : "")})";
}
