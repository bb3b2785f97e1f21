namespace GpuNN;

/// <summary>
/// Any network as a forecaster, from lags to the steps ahead; several of them, from different initial weights, are averaged.
/// Shapes: the network takes (batch, lags), or (batch, lags, 1) where the windows are sequences, and returns (batch, outputs).
/// </summary>
/// <param name="windows">What is seen and what is predicted.</param>
/// <param name="make">Makes a new network with so many outputs, and its trainer with this seed.</param>
public sealed class NeuralForecaster(Windows windows, Func<ulong, int, Trainer> make) : WindowForecaster(windows)
{
    private readonly List<History> histories = [];

    /// <inheritdoc/>
    public override string Name => Members == 1 ? "network" : $"{Members} networks";

    /// <summary>Networks that are averaged.</summary>
    public int Members
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), $"NeuralForecaster: needs 1 network or more, but got {value}.\nTry 5.");
    } = 1;

    /// <summary>How many times each sees every window, at most where it stops early.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Windows in a step.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Key of each network's seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The share of the windows, the newest, that a network is stopped by and does not learn from; 0 to learn from all and not to stop
    /// early. Those between, whose targets reach into the held-back part, are left out.
    /// </summary>
    public double HeldBack
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), $"NeuralForecaster: needs a share from 0 to less than 1, but got {value}.\nTry 0.15.");
    }

    /// <summary>Epochs without a smaller loss on the held-back part before a network stops.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>How the networks of the last Fit were trained.</summary>
    public IReadOnlyList<History> Histories => histories;

    /// <summary>Windows that the networks worked through in all fits.</summary>
    public long Samples { get; private set; }

    /// <inheritdoc/>
    public override void Fit(ReadOnlySpan<double> train)
    {
        histories.Clear();
        base.Fit(train);
    }

    /// <inheritdoc/>
    protected override Func<DataSet, float[]> Learn(DataSet train, int number)
    {
        var (learned, judged) = Split(train);
        var trained = new List<Trainer>();
        for (var member = 0; member < Members; member++)
        {
            var trainer = make(Streams.Key(Streams.Key(Seed, (ulong)number), (ulong)member), (int)train.TargetShape.Elements);
            var history = trainer.Fit(learned, judged, Epochs, Batch, judged is null ? [] : [new EarlyStopping(Patience)]);
            histories.Add(history);
            Samples += (long)history.Count * learned.Count;
            trained.Add(trainer);
        }
        return set =>
        {
            var answers = trained.ConvertAll(trainer => trainer.Predict(set));
            return [.. Enumerable.Range(0, answers[0].Length).Select(at => answers.Average(answer => answer[at]))];
        };
    }

    private (DataSet Learned, DataSet? Judged) Split(DataSet train)
    {
        var judged = (int)Math.Ceiling(HeldBack * train.Count);
        var learned = train.Count - judged - (Horizon - 1);
        if (judged == 0)
            return (train, null);
        return learned > 0
            ? (train.Take(learned), train.Where(row => row >= train.Count - judged))
            : throw new InvalidDataException($"NeuralForecaster: needs windows to learn from, but of {train.Count} it holds {judged} back, and {Horizon - 1} between reach into them.\nSet HeldBack to 0, or use more data.");
    }
}
