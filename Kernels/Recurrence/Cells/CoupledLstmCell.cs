using System.Runtime.CompilerServices;

namespace GpuNN.Cells;

/// <summary>
/// Long short-term memory that forgets as much as it takes in; gates in the order i, g, o:
/// i = s(x_i + p_i), g = tanh(x_g + p_g), c = (1 - i) c' + i g, o = s(x_o + p_o), h = o tanh(c).
/// With peepholes a, d: i adds a c', o adds d c.
/// Source: Greff, Srivastava, Koutnik, Steunebrink and Schmidhuber (2017), "LSTM: a search space odyssey", variant CIFG.
/// </summary>
/// <typeparam name="TPeepholes">Whether there are peepholes.</typeparam>
public readonly struct CoupledLstmCell<TPeepholes> : IRecurrentCell where TPeepholes : struct, IPeepholes
{
    /// <inheritdoc/>
    public static int Gates => 3;

    /// <inheritdoc/>
    public static int Extras
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TPeepholes.AreOpen ? 2 : 0;
    }

    /// <inheritdoc/>
    public static bool HasCell => true;

    /// <inheritdoc/>
    public static int Kept => 3;

    /// <inheritdoc/>
    public static bool HasOwnProduct => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CellStep<T> Step<T>(in CellInputs<T> at) where T : struct, ILane<T>
    {
        T xi = at.X.A + at.P.A, xo = at.X.C + at.P.C;
        if (TPeepholes.AreOpen)
            xi = T.MultiplyAdd(at.Extra.A, at.PriorCell, xi);
        T i = T.Sigmoid(xi), g = T.Tanh(at.X.B + at.P.B);
        var c = T.MultiplyAdd(T.One - i, at.PriorCell, i * g);
        if (TPeepholes.AreOpen)
            xo = T.MultiplyAdd(at.Extra.B, c, xo);
        var o = T.Sigmoid(xo);
        return new() { Hidden = o * T.Tanh(c), Cell = c, Kept = new() { A = i, B = g, C = o } };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CellGradients<T> Back<T>(in CellRecord<T> at) where T : struct, ILane<T>
    {
        T i = at.Kept.A, g = at.Kept.B, o = at.Kept.C;
        var y = T.Tanh(at.Cell);
        var dxo = at.DHidden * y * o * (T.One - o);
        var dc = T.MultiplyAdd(at.DHidden * o, T.One - y * y, at.DCell);
        if (TPeepholes.AreOpen)
            dc = T.MultiplyAdd(dxo, at.Extra.B, dc);
        var dxi = dc * (g - at.PriorCell) * i * (T.One - i);
        var prior = dc * (T.One - i);
        if (TPeepholes.AreOpen)
            prior = T.MultiplyAdd(dxi, at.Extra.A, prior);
        return new()
        {
            X = new() { A = dxi, B = dc * i * (T.One - g * g), C = dxo },
            Extra = TPeepholes.AreOpen ? new() { A = dxi * at.PriorCell, B = dxo * at.Cell } : default,
            PriorCell = prior,
        };
    }
}
