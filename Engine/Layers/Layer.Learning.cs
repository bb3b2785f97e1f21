namespace GpuNN;

public abstract partial class Layer
{
    /// <summary>
    /// Whether training changes any parameter of this layer and its parts. Setting it to false freezes them: no update, no decay, and no
    /// gradient is computed below the lowest layer that is trained; a frozen batch normalisation keeps its running statistics, unless told
    /// to follow the data. Setting it to true thaws all that is there to be learned, not what training only follows.
    /// </summary>
    public bool Trainable
    {
        get => Parameters.Any(parameter => parameter.Trainable);
        set
        {
            foreach (var parameter in Parameters)
                parameter.Trainable = value && parameter.IsLearned;
        }
    }

    /// <summary>
    /// The share of the optimiser's learning rate that the parameters of this layer and its parts have, 0 or more: see
    /// <see cref="Parameter.RateScale"/>. NaN where they differ.
    /// </summary>
    public float RateScale
    {
        get
        {
            var scales = Parameters.Select(parameter => parameter.RateScale).Distinct().ToArray();
            return scales.Length == 0 ? 1 : scales.Length == 1 ? scales[0] : float.NaN;
        }
        set
        {
            foreach (var parameter in Parameters)
                parameter.RateScale = value;
        }
    }

    /// <summary>
    /// Gives all parameters of this layer and its parts the initial values of a new model, running statistics included. An optimiser keeps
    /// what it knows of them: see <see cref="Trainer.Reset"/>, which makes it forget that too.
    /// </summary>
    public void Reset()
    {
        foreach (var parameter in Parameters)
            parameter.Reset();
    }
}
