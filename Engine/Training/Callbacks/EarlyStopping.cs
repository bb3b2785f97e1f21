namespace GpuNN;

/// <summary>
/// Stops when a figure has not become better for some epochs, and puts the weights of the best epoch back. It looks at the validation
/// set, or at training where there is none. A figure that is not a number is no improvement. One object serves one training.
/// Source: Prechelt (1998), "Early stopping - but when?".
/// </summary>
public sealed class EarlyStopping : Callback
{
    private readonly Dictionary<string, float[]> best = [];
    private readonly int patience;
    private readonly double minDelta;
    private readonly bool restoreBest;
    private readonly string metric;
    private int waited;

    /// <summary>Early stopping.</summary>
    /// <param name="patience">Epochs without improvement before training stops.</param>
    /// <param name="minDelta">By how much a figure must be better than the best to count.</param>
    /// <param name="restoreBest">Whether the weights of the best epoch are put back in the end.</param>
    /// <param name="metric">What is looked at: "loss", or the name of a metric.</param>
    public EarlyStopping(int patience = 5, double minDelta = 0, bool restoreBest = true, string metric = "loss")
    {
        if (patience < 1 || !(minDelta >= 0))
            throw new ArgumentOutOfRangeException(nameof(patience), $"EarlyStopping: needs a patience of 1 or more and a minDelta of 0 or more, but got {patience} and {minDelta}.\nTry patience: 5.");
        (this.patience, this.minDelta, this.restoreBest, this.metric) = (patience, minDelta, restoreBest, metric);
    }

    /// <summary>
    /// Stops also when the generalisation loss 100 (E / E_best - 1) is above this many percent: Prechelt's criterion GL. For figures of
    /// which less is better.
    /// </summary>
    public double GeneralisationLoss { get; init; } = double.PositiveInfinity;

    /// <summary>Whether more is better; null lets the metric say.</summary>
    public bool? MoreIsBetter { get; init; }

    /// <summary>The figure, for one that is no metric; null takes it by name.</summary>
    public Func<EpochRecord, double>? Figure { get; init; }

    /// <summary>The best figure so far; NaN before the first.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>The epoch of the best figure, from 1; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingRun run)
    {
        var record = run.History.Last;
        var figure = Figure?.Invoke(record) ?? record.Judged[metric];
        var more = MoreIsBetter ?? run.Trainer.Metrics.FirstOrDefault(known => known.Name == metric)?.MoreIsBetter ?? false;
        if (!double.IsNaN(figure) && (BestEpoch == 0 || (more ? figure > Best + minDelta : figure < Best - minDelta)))
        {
            (Best, BestEpoch, waited) = (figure, record.Epoch, 0);
            if (restoreBest)
                foreach (var parameter in run.Trainer.Model.Parameters)
                    best[parameter.Path] = parameter.ToArray();
            return;
        }
        waited++;
        if (waited >= patience)
            run.Stop(FormattableString.Invariant($"{metric} has not become better than {Best:G6} of epoch {BestEpoch} for {waited} epochs"));
        else if (!more && 100 * (figure / Best - 1) > GeneralisationLoss)
            run.Stop(FormattableString.Invariant($"{metric} is {100 * (figure / Best - 1):F1} % above {Best:G6} of epoch {BestEpoch}"));
    }

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingRun run)
    {
        foreach (var parameter in run.Trainer.Model.Parameters)
            if (best.TryGetValue(parameter.Path, out var values))
                parameter.Set(values);
    }

    /// <inheritdoc/>
    public override void Save(SavedState state)
    {
        state.Values["best"] = SavedNumber.Write(Best);
        state.Values["best_epoch"] = BestEpoch;
        state.Values["waited"] = waited;
        foreach (var (name, values) in best)
            state.Tensors[name] = values;
    }

    /// <inheritdoc/>
    public override void Load(SavedState state)
    {
        Best = SavedNumber.Read(state.Values["best"], double.NaN);
        BestEpoch = (int)SavedNumber.Read(state.Values["best_epoch"], 0);
        waited = (int)SavedNumber.Read(state.Values["waited"], 0);
        best.Clear();
        foreach (var (name, values) in state.Tensors)
            best[name] = values;
    }
}
