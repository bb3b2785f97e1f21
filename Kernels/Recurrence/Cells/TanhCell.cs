using System.Runtime.CompilerServices;

namespace GpuNN.Cells;

/// <summary>Simple recurrent unit: h = tanh(x + p). Source: Elman (1990), "Finding structure in time".</summary>
public readonly struct TanhCell : IRecurrentCell
{
    /// <inheritdoc/>
    public static int Gates => 1;

    /// <inheritdoc/>
    public static int Extras => 0;

    /// <inheritdoc/>
    public static bool HasCell => false;

    /// <inheritdoc/>
    public static int Kept => 0;

    /// <inheritdoc/>
    public static bool HasOwnProduct => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CellStep<T> Step<T>(in CellInputs<T> at) where T : struct, ILane<T> => new() { Hidden = T.Tanh(at.X.A + at.P.A) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CellGradients<T> Back<T>(in CellRecord<T> at) where T : struct, ILane<T>
    {
        var d = default(CellGradients<T>);
        d.X.A = at.DHidden * (T.One - at.Hidden * at.Hidden);
        return d;
    }
}
