using System.Runtime.CompilerServices;

namespace GpuNN.Cells;

/// <summary>
/// Gated recurrent unit whose reset gate takes effect behind the product; gates in the order z, r, n, with one more bias b:
/// z = s(x_z + p_z), r = s(x_r + p_r), n = tanh(x_n + r (p_n + b)), h = z h' + (1 - z) n; where the update gate takes, h = (1 - z) h' + z n.
/// Source: Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder", in the form that cuDNN computes, which
/// needs one product a step; Chung et al. (2014), "Empirical evaluation of gated recurrent neural networks", for the gate that takes.
/// </summary>
/// <typeparam name="TUpdate">What the update gate does.</typeparam>
public readonly struct GruCell<TUpdate> : IRecurrentCell where TUpdate : struct, IUpdateGate
{
    /// <inheritdoc/>
    public static int Gates => 3;

    /// <inheritdoc/>
    public static int Extras => 1;

    /// <inheritdoc/>
    public static bool HasCell => false;

    /// <inheritdoc/>
    public static int Kept => 4;

    /// <inheritdoc/>
    public static bool HasOwnProduct => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CellStep<T> Step<T>(in CellInputs<T> at) where T : struct, ILane<T>
    {
        T z = T.Sigmoid(at.X.A + at.P.A), r = T.Sigmoid(at.X.B + at.P.B);
        var q = at.P.C + at.Extra.A;
        var n = T.Tanh(T.MultiplyAdd(r, q, at.X.C));
        var old = TUpdate.Keeps ? z : T.One - z;
        return new() { Hidden = T.MultiplyAdd(old, at.PriorHidden, (T.One - old) * n), Kept = new() { A = z, B = r, C = n, D = q } };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CellGradients<T> Back<T>(in CellRecord<T> at) where T : struct, ILane<T>
    {
        T z = at.Kept.A, r = at.Kept.B, n = at.Kept.C, q = at.Kept.D;
        var old = TUpdate.Keeps ? z : T.One - z;
        var dz = at.DHidden * (TUpdate.Keeps ? at.PriorHidden - n : n - at.PriorHidden) * z * (T.One - z);
        var dn = at.DHidden * (T.One - old) * (T.One - n * n);
        var dr = dn * q * r * (T.One - r);
        var dq = dn * r;
        return new()
        {
            X = new() { A = dz, B = dr, C = dn },
            P = new() { A = dz, B = dr, C = dq },
            Extra = new() { A = dq },
            PriorHidden = at.DHidden * old,
        };
    }
}
