namespace GpuNN;

/// <summary>Which parameters a penalty or a constraint is for.</summary>
public sealed class ParameterChoice
{
    private readonly Predicate<Parameter> takes;
    private readonly string text;

    private ParameterChoice(Predicate<Parameter> takes, string text) => (this.takes, this.text) = (takes, text);

    /// <summary>Weights, but no biases and no gains or shifts of a normalisation: <see cref="Parameter.IsWeight"/>.</summary>
    public static ParameterChoice Weights { get; } = new(parameter => parameter.IsWeight, "all weights");

    /// <summary>The weights of some layers and of their parts.</summary>
    public static ParameterChoice WeightsOf(params Layer[] layers) => new(
        parameter => Weights.Takes(parameter) && Array.Exists(layers, layer => layer.Parameters.Contains(parameter)),
        $"the weights of {string.Join(", ", layers.Select(layer => layer.ToString()))}");

    /// <summary>These parameters, whatever they are.</summary>
    public static ParameterChoice Of(params Parameter[] parameters) => new(
        parameter => Array.IndexOf(parameters, parameter) >= 0, string.Join(", ", parameters.Select(parameter => parameter.Path)));

    /// <summary>Parameters by a rule of one's own.</summary>
    public static ParameterChoice Where(Predicate<Parameter> takes) => new(takes, "those of a rule");

    /// <summary>Whether a parameter is one of them.</summary>
    public bool Takes(Parameter parameter) => takes(parameter);

    /// <summary>Those of some parameters that are chosen and trainable: what is frozen is left alone.</summary>
    /// <param name="parameters">What is learned.</param>
    /// <param name="who">Who chooses, for the message.</param>
    /// <exception cref="ArgumentException">None of them is chosen, trainable or not: the choice belongs to another model.</exception>
    public IReadOnlyList<Parameter> Among(IReadOnlyList<Parameter> parameters, object who)
    {
        var chosen = parameters.Where(Takes).ToArray();
        return chosen.Length > 0 ? Array.FindAll(chosen, parameter => parameter.Trainable) : throw new ArgumentException(
            $"{who.GetType().Name}: needs a parameter to act on, but {text} are none of the {parameters.Count} parameters of this training.\nChoose layers or parameters of the model that is trained.");
    }

    /// <inheritdoc/>
    public override string ToString() => text;
}
