namespace GpuNN.Cli;

/// <summary>
/// A training job with a figure to reach: data, model, optimiser and target. It makes its own data, and may read real
/// files instead. A recipe holds no logic that a library user would want.
/// </summary>
public abstract class Recipe
{
    /// <summary>The <see cref="DataFolder"/> of a recipe that reads the folder given by <c>--data</c> itself.</summary>
    public const string AnyFolder = ".";

    /// <summary>What is typed after <c>gpunn train</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The heading of the notes that it belongs to.</summary>
    public abstract string Chapter { get; }

    /// <summary>What is trained, in a few words.</summary>
    public abstract string Title { get; }

    /// <summary>What it learns from when no data is given.</summary>
    public abstract string OwnData { get; }

    /// <summary>The folder that it looks for under <c>--data</c>, or <see cref="AnyFolder"/>; null if it reads no files.</summary>
    public abstract string? DataFolder { get; }

    /// <summary>What <c>--set</c> can choose.</summary>
    public virtual IReadOnlyList<RecipeSetting> Settings => [];

    /// <summary>What is measured on the test set in the end.</summary>
    public abstract string Metric { get; }

    /// <summary>Whether a larger value of the metric is the better one.</summary>
    public virtual bool LargerIsBetter => true;

    /// <summary>How many epochs it runs unless told otherwise.</summary>
    public abstract int Epochs { get; }

    /// <summary>How many epochs a short run has, on little data: enough for the loss to fall, within three seconds on two cores.</summary>
    public virtual int ShortEpochs => 2;

    /// <summary>Whether it keeps checkpoints, from which a stopped run goes on. One that trains many small networks makes them again.</summary>
    public virtual bool Resumes => true;

    /// <summary>The figure to reach, in the unit of the metric (an accuracy is a fraction).</summary>
    public abstract double Target(bool onFiles);

    /// <summary>Trains, and writes the recipe's own files into the out folder.</summary>
    public abstract RecipeResult Run(RecipeContext context);

    /// <summary>The metric with the figure to reach.</summary>
    public Goal Goal(bool onFiles) => new(Metric, Target(onFiles), LargerIsBetter);
}
