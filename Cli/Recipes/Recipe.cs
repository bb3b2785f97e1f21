namespace GpuNN.Cli;

/// <summary>
/// A training job with a figure to reach: data, model, optimiser and target. It makes its own data, and may read real
/// files instead. A recipe holds no logic that a library user would want.
/// </summary>
public abstract class Recipe
{
    /// <summary>What is typed after <c>gpunn train</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The heading of the notes that it belongs to.</summary>
    public abstract string Chapter { get; }

    /// <summary>What is trained, in a few words.</summary>
    public abstract string Title { get; }

    /// <summary>What it learns from when no data is given.</summary>
    public abstract string OwnData { get; }

    /// <summary>The folder that it looks for under <c>--data</c>; null if it reads no files.</summary>
    public abstract string? DataFolder { get; }

    /// <summary>What is measured on the test set in the end.</summary>
    public abstract string Metric { get; }

    /// <summary>Whether a larger value of the metric is the better one.</summary>
    public virtual bool LargerIsBetter => true;

    /// <summary>How many epochs it runs unless told otherwise.</summary>
    public abstract int Epochs { get; }

    /// <summary>How many epochs a short run has, on little data: enough for the loss to fall, within three seconds on two cores.</summary>
    public virtual int ShortEpochs => 2;

    /// <summary>The figure to reach, in the unit of the metric (an accuracy is a fraction).</summary>
    public abstract double Target(bool onFiles);

    /// <summary>Trains, and writes the recipe's own files into the out folder.</summary>
    public abstract RecipeResult Run(RecipeContext context);

    /// <summary>Whether a value reaches the target. NaN never does.</summary>
    public bool Reaches(double value, bool onFiles) =>
        LargerIsBetter ? value >= Target(onFiles) : value <= Target(onFiles);
}
