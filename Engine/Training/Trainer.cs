namespace GpuNN;

/// <summary>
/// Trains a model on data sets by gradients. A step is one compiled function: forward pass, loss, gradients, optimiser. The same
/// seed gives the same bits on one device.
/// </summary>
public sealed class Trainer
{
    private TrainingFunctions? functions;

    /// <summary>A trainer.</summary>
    /// <param name="device">Where it trains.</param>
    /// <param name="model">What it trains; its trainable parameters are learned.</param>
    /// <param name="loss">What becomes small.</param>
    /// <param name="optimiser">By which rule.</param>
    public Trainer(Device device, Layer model, Loss loss, Optimiser optimiser)
    {
        if (!(optimiser.LearningRate > 0))
            throw new ArgumentOutOfRangeException(nameof(optimiser), $"Trainer: needs a learning rate above 0, but {optimiser.GetType().Name} has {optimiser.LearningRate}.\nTry 1e-3 for Adam, 1e-2 for Sgd.");
        (Device, Model, Loss, Optimiser) = (device, model, loss, optimiser);
        Metrics = loss.Metrics;
        Seed = device.Parameters.Seed;
    }

    /// <summary>Where it trains.</summary>
    public Device Device { get; }

    /// <summary>What it trains.</summary>
    public Layer Model { get; }

    /// <summary>What becomes small.</summary>
    public Loss Loss { get; }

    /// <summary>By which rule.</summary>
    public Optimiser Optimiser { get; }

    /// <summary>What initial weights, dropout masks and the order of samples are drawn from; the seed of the device's parameters by default.</summary>
    public ulong Seed { get; init; }

    /// <summary>What is measured beside the loss; by default what belongs to the loss.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; }

    /// <summary>How a step makes its loss of a batch; by default by the plain forward pass.</summary>
    public Objective Objective { get; init; } = new ForwardPass();

    /// <summary>How the learning rate changes; null leaves it alone.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>What changes each training sample as it is read, one after the other; what is evaluated or predicted stays as it is.</summary>
    public IReadOnlyList<Augmentation> Augment { get; init; } = [];

    /// <summary>Samples in a batch of <see cref="Evaluate"/> and <see cref="Predict(DataSet)"/>.</summary>
    public int EvaluationBatch { get; init; } = 256;

    /// <summary>Batches that are read ahead on another thread; 0 reads on this one.</summary>
    public int ReadAhead { get; init; } = 3;

    /// <summary>Stops <see cref="Fit"/> between two steps, which then throws <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Where warnings go, a line each; standard error if null.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Trains for some epochs.</summary>
    /// <param name="train">What it learns from.</param>
    /// <param name="validation">What it is judged by after every epoch, or null.</param>
    /// <param name="epochs">How many times it sees every sample.</param>
    /// <param name="batch">Samples in a step; the last batch of an epoch may be short.</param>
    /// <param name="callbacks">What watches, stops or saves.</param>
    /// <returns>What happened in each epoch.</returns>
    /// <exception cref="InvalidDataException">A set is empty or does not fit the loss, or a checkpoint does not fit.</exception>
    /// <exception cref="BadValueException">The loss is not a number any more; the message says what made it.</exception>
    /// <exception cref="OperationCanceledException"><see cref="Cancellation"/> asked for it.</exception>
    public History Fit(DataSet train, DataSet? validation = null, int epochs = 1, int batch = 32, params Callback[] callbacks)
    {
        if (batch < 1)
            throw new ArgumentOutOfRangeException(nameof(batch), $"Fit: a batch needs at least one sample, but the size is {batch}.\nTry 32.");
        if (epochs < 0)
            throw new ArgumentOutOfRangeException(nameof(epochs), $"Fit: the number of epochs must be 0 or more, but is {epochs}.\nTry 10.");
        Check(train, "training");
        if (validation is not null)
        {
            Check(validation, "validation");
            if (validation.ItemShape != train.ItemShape)
                throw new InvalidDataException($"Fit: needs a validation set like the training set, but its items are {validation.ItemShape} and those of the training set {train.ItemShape}.\nPrepare both sets in the same way.");
        }
        return new TrainingRun(this, Functions(), train, validation, epochs, batch, callbacks).Play();
    }

    /// <summary>Scores a data set: the mean over all samples, each counted once, with layers as in use.</summary>
    /// <exception cref="InvalidDataException">The set is empty or does not fit the loss.</exception>
    public Evaluation Evaluate(DataSet set)
    {
        Check(set, "evaluated");
        return Functions().Evaluate(set, EvaluationBatch);
    }

    /// <summary>What the model makes of each sample, one after the other.</summary>
    public float[] Predict(DataSet set) => set.Count == 0 ? [] : Functions().Predict(set, EvaluationBatch);

    /// <summary>What the model makes of each item, one after the other.</summary>
    /// <param name="inputs">The items, one after the other.</param>
    /// <param name="itemShape">Shape of one item.</param>
    public float[] Predict(float[] inputs, Shape itemShape) => Predict(DataSet.Of(inputs, itemShape));

    private TrainingFunctions Functions()
    {
        if (functions is null)
        {
            // Weights are drawn when the first function is bound, so the seed must be there before.
            Device.Parameters.Seed = Seed;
            functions = new TrainingFunctions(this);
        }
        return functions;
    }

    private void Check(DataSet set, string which)
    {
        if (set.Count == 0)
            throw new InvalidDataException($"Trainer: the {which} set needs at least one sample, but it is empty.\nCheck what was loaded, and any filter or split on the way.");
        if (Loss.Target == ElementKind.Int && !set.HasLabels)
            throw new InvalidDataException($"Trainer: {Loss.Name} needs labels, but the {which} set has {(set.HasTargets ? "numbers to predict" : "nothing to predict")}: {set}.\nUse DataSet.WithLabels, or a loss for numbers such as Loss.MeanSquared.");
        if (Loss.Target == ElementKind.Float && !set.HasTargets && set.HasLabels)
            throw new InvalidDataException($"Trainer: {Loss.Name} needs numbers to predict, but the {which} set has labels: {set}.\nUse Loss.SoftmaxCrossEntropy, or DataSet.WithTargets; DataSet.Of for a model that reproduces its input.");
    }
}
