using System.Runtime.CompilerServices;

namespace GpuNN.Cells;

/// <summary>
/// Simple recurrent unit with a rectifier: h = max(x + p, 0).
/// Source: Le, Jaitly and Hinton (2015), "A simple way to initialize recurrent networks of rectified linear units".
/// </summary>
public readonly struct ReluCell : IRecurrentCell
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
    public static CellStep<T> Step<T>(in CellInputs<T> at) where T : struct, ILane<T> => new() { Hidden = T.Max(at.X.A + at.P.A, T.Zero) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CellGradients<T> Back<T>(in CellRecord<T> at) where T : struct, ILane<T>
    {
        var d = default(CellGradients<T>);
        d.X.A = T.WhereGreater(at.Hidden, T.Zero, at.DHidden, T.Zero);
        return d;
    }
}
