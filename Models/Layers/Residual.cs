namespace GpuNN;

/// <summary>
/// Residual block: y = f(F(x) + s(x)), with a shortcut s past the inner layers F; the gradient is dx = (dF/dx + ds/dx)(f' dy), so that
/// with s and f the identity dx = dy + dy dF/dx: however small dF is, dy arrives. Three forms are usual:
/// <list type="bullet">
/// <item>post-activation, y = f(F(x) + x), with F = convolution or dense, f, the same: <c>new Residual(inner, activation: new Relu())</c>;</item>
/// <item>pre-activation, y = x + F(x), where F begins with f, so that the shortcut is clear all the way: <c>new Residual(inner)</c>;</item>
/// <item>the activation a_k of an earlier layer added in front of an activation, y = f(W a + a_k): the first form with an F that takes
/// a_k, makes a of it by any layers, and ends with the dense layer W.</item>
/// </list>
/// With F = 0, as when its last layer starts at 0, the second form is the identity.
/// Shapes: F(x) and s(x) the same, y too.
/// Source: He, Zhang, Ren and Sun (2016), "Deep residual learning for image recognition", and "Identity mappings in deep residual networks".
/// </summary>
public sealed class Residual : Layer, IWidths
{
    private readonly Layer inner;
    private readonly Layer? shortcut;
    private readonly Layer? activation;

    /// <summary>A block.</summary>
    /// <param name="inner">F.</param>
    /// <param name="shortcut">s, a projection where F changes the shape, such as a dense layer without bias or a convolution of 1 x 1; null for the identity.</param>
    /// <param name="activation">f; null for none.</param>
    /// <exception cref="ShapeException">F and the shortcut make or take different numbers, as far as they know their sizes.</exception>
    public Residual(Layer inner, Layer? shortcut = null, Layer? activation = null)
    {
        this.inner = Use("inner", inner);
        this.shortcut = shortcut is null ? null : Use("shortcut", shortcut);
        this.activation = activation is null ? null : Use("activation", activation);
        var (of, past) = (inner as IWidths, shortcut as IWidths);
        Check(of?.Inputs, past?.Inputs, "take");
        Inputs = of?.Inputs ?? past?.Inputs;
        Outputs = of?.Outputs ?? (shortcut is null ? Inputs : past?.Outputs);
        Check(of?.Outputs, shortcut is null ? Inputs : past?.Outputs, "make");
    }

    /// <summary>Numbers an item must have, if the layers know.</summary>
    public int? Inputs { get; }

    /// <summary>Numbers an item has behind the block, if the layers know.</summary>
    public int? Outputs { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        var (changed, kept) = (inner.Apply(x), shortcut is null ? x : shortcut.Apply(x));
        // broadcasting would add shapes that differ without a word
        if (changed.Shape != kept.Shape)
            throw new ShapeException($"{Rule}, but they make {changed.Shape} and {kept.Shape}.\n{Fix}\nIn {(Path.Length == 0 ? "" : $"{Path} > ")}{this}, while recording the forward pass.");
        var sum = changed + kept;
        return activation is null ? sum : activation.Apply(sum);
    }

    /// <inheritdoc/>
    public override string ToString() => $"Residual({(shortcut is null ? "" : "projection")}{(shortcut is null || activation is null ? "" : ", ")}{activation})";

    private const string Rule = "Residual: needs inner layers and a shortcut whose results can be added";

    private string Fix => shortcut is null
        ? "Give a shortcut that changes the shape as well, such as new Dense(inputs, outputs, bias: false) or a convolution of 1 x 1 with the same stride."
        : "Let the shortcut take and make what the inner layers do.";

    private void Check(int? ofInner, int? ofShortcut, string what)
    {
        if (ofInner is { } a && ofShortcut is { } b && a != b)
            throw new ShapeException($"{Rule}, but they {what} {a} and {b} numbers an item.\n{Fix}\nIn {this}, while building the model.");
    }
}
