using System.Runtime.CompilerServices;

namespace GpuNN.Cells;

/// <summary>
/// Long short-term memory; gates in the order i, f, g, o:
/// i = s(x_i + p_i), f = s(x_f + p_f), g = tanh(x_g + p_g), c = f c' + i g, o = s(x_o + p_o), h = o tanh(c); s is the logistic function.
/// With peepholes a, b, d: i and f add a c' and b c', o adds d c. f is the share of the cell that is kept.
/// Sources: Hochreiter and Schmidhuber (1997), "Long short-term memory"; Gers, Schmidhuber and Cummins (2000), "Learning to forget", for f;
/// Gers, Schraudolph and Schmidhuber (2002), "Learning precise timing with LSTM recurrent networks", for the peepholes.
/// </summary>
/// <typeparam name="TPeepholes">Whether there are peepholes.</typeparam>
public readonly struct LstmCell<TPeepholes> : IRecurrentCell where TPeepholes : struct, IPeepholes
{
    /// <inheritdoc/>
    public static int Gates => 4;

    /// <inheritdoc/>
    public static int Extras
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TPeepholes.AreOpen ? 3 : 0;
    }

    /// <inheritdoc/>
    public static bool HasCell => true;

    /// <inheritdoc/>
    public static int Kept => 4;

    /// <inheritdoc/>
    public static bool HasOwnProduct => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CellStep<T> Step<T>(in CellInputs<T> at) where T : struct, ILane<T>
    {
        T xi = at.X.A + at.P.A, xf = at.X.B + at.P.B, xo = at.X.D + at.P.D;
        if (TPeepholes.AreOpen)
        {
            xi = T.MultiplyAdd(at.Extra.A, at.PriorCell, xi);
            xf = T.MultiplyAdd(at.Extra.B, at.PriorCell, xf);
        }
        T i = T.Sigmoid(xi), f = T.Sigmoid(xf), g = T.Tanh(at.X.C + at.P.C);
        var c = T.MultiplyAdd(f, at.PriorCell, i * g);
        if (TPeepholes.AreOpen)
            xo = T.MultiplyAdd(at.Extra.C, c, xo);
        var o = T.Sigmoid(xo);
        return new() { Hidden = o * T.Tanh(c), Cell = c, Kept = new() { A = i, B = f, C = g, D = o } };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CellGradients<T> Back<T>(in CellRecord<T> at) where T : struct, ILane<T>
    {
        T i = at.Kept.A, f = at.Kept.B, g = at.Kept.C, o = at.Kept.D;
        var y = T.Tanh(at.Cell);
        var dxo = at.DHidden * y * o * (T.One - o);
        var dc = T.MultiplyAdd(at.DHidden * o, T.One - y * y, at.DCell);
        if (TPeepholes.AreOpen)
            dc = T.MultiplyAdd(dxo, at.Extra.C, dc);
        var dxi = dc * g * i * (T.One - i);
        var dxf = dc * at.PriorCell * f * (T.One - f);
        var prior = dc * f;
        if (TPeepholes.AreOpen)
            prior = T.MultiplyAdd(dxi, at.Extra.A, T.MultiplyAdd(dxf, at.Extra.B, prior));
        return new()
        {
            X = new() { A = dxi, B = dxf, C = dc * i * (T.One - g * g), D = dxo },
            Extra = TPeepholes.AreOpen ? new() { A = dxi * at.PriorCell, B = dxf * at.PriorCell, C = dxo * at.Cell } : default,
            PriorCell = prior,
        };
    }
}
