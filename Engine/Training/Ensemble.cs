namespace GpuNN;

/// <summary>
/// A committee of models of one kind, whose answers are averaged: y = 1/m sum_i f_i(x). The training set falls into m folds;
/// model i learns from all but fold i, stops early by fold i, and begins with weights of its own, so their errors differ and
/// partly cancel. For a classifier on logits the mean is the geometric mean of the probabilities, up to a factor.
/// Source: Krogh and Vedelsby (1995), "Neural network ensembles, cross validation, and active learning".
/// </summary>
public sealed class Ensemble
{
    private readonly int members;
    private readonly Func<ulong, Trainer> make;
    private readonly List<Trainer> trained = [];

    /// <summary>An ensemble that has learned nothing yet.</summary>
    /// <param name="members">How many models; at least 2.</param>
    /// <param name="make">Makes a model and its trainer, with this seed.</param>
    public Ensemble(int members, Func<ulong, Trainer> make)
    {
        if (members < 2)
            throw new ArgumentOutOfRangeException(nameof(members), $"Ensemble: needs at least 2 models, but got {members}.\nTry 5; one model alone is trained by Trainer.Fit.");
        (this.members, this.make) = (members, make);
    }

    /// <summary>Key of the folds and of each model's seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Epochs without a smaller loss on its fold before a model stops.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>The trained models.</summary>
    public IReadOnlyList<Trainer> Members => trained;

    /// <summary>Trains all models. Those from before are forgotten.</summary>
    /// <param name="train">What they learn from.</param>
    /// <param name="epochs">How many times each sees its samples at most.</param>
    /// <param name="batch">Samples in a step.</param>
    /// <returns>What happened, model by model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer samples than models.</exception>
    /// <exception cref="InvalidDataException">The set does not fit the loss.</exception>
    public IReadOnlyList<History> Fit(DataSet train, int epochs, int batch)
    {
        trained.Clear();
        var histories = new List<History>();
        foreach (var fold in Folds.Of(train, members, Seed))
        {
            var trainer = make(Streams.Key(Seed, (ulong)fold.Number));
            histories.Add(trainer.Fit(train.Subset(fold.Train), train.Subset(fold.Test), epochs, batch, new EarlyStopping(Patience)));
            trained.Add(trainer);
        }
        return histories;
    }

    /// <summary>The mean of what the models make of each sample, one after the other.</summary>
    /// <exception cref="InvalidOperationException">Nothing was trained yet.</exception>
    public float[] Predict(DataSet set)
    {
        if (trained.Count == 0)
            throw new InvalidOperationException("Ensemble: has no trained model yet.\nCall Fit first.");
        var mean = trained[0].Predict(set);
        for (var member = 1; member < trained.Count; member++)
        {
            var other = trained[member].Predict(set);
            for (var at = 0; at < mean.Length; at++)
                mean[at] += other[at];
        }
        for (var at = 0; at < mean.Length; at++)
            mean[at] /= trained.Count;
        return mean;
    }
}
