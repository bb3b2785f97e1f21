namespace GpuNN;

/// <summary>
/// Falls by a factor when the loss has not become smaller for some epochs. A loss that is not a number is no improvement.
/// </summary>
/// <param name="patience">Epochs without improvement before the rate falls.</param>
/// <param name="decay">What a fall multiplies by, in [0, 1].</param>
/// <param name="minDelta">By how much a loss must be smaller than the best to count.</param>
/// <param name="floor">The smallest factor, in [0, 1].</param>
public sealed class PlateauSchedule(int patience = 5, double decay = 0.1, double minDelta = 0, double floor = 0) : Schedule
{
    private readonly long patience = Span(patience, nameof(patience), nameof(PlateauSchedule));
    private readonly double decay = Share(decay, nameof(decay), nameof(PlateauSchedule));
    private readonly double floor = Share(floor, nameof(floor), nameof(PlateauSchedule));
    private double factor = 1;
    private double best = double.PositiveInfinity;
    private int waited;

    /// <inheritdoc/>
    public override double Factor(long time) => factor;

    /// <inheritdoc/>
    public override void Observe(double loss)
    {
        if (loss < best - minDelta)
        {
            best = loss;
            waited = 0;
        }
        else if (++waited >= patience)
        {
            factor = Math.Max(floor, factor * decay);
            waited = 0;
        }
    }

    /// <inheritdoc/>
    public override void Save(SavedState state)
    {
        state.Values["factor"] = factor;
        state.Values["best"] = SavedNumber.Write(best);
        state.Values["waited"] = waited;
    }

    /// <inheritdoc/>
    public override void Load(SavedState state)
    {
        factor = SavedNumber.Read(state.Values["factor"], 1);
        best = SavedNumber.Read(state.Values["best"], double.PositiveInfinity);
        waited = (int)SavedNumber.Read(state.Values["waited"], 0);
    }
}
