namespace GpuNN;

/// <summary>
/// Fixed zeros: w = w m and dw = dw m with a mask m of ones and zeros, at every step. What is masked is exactly 0 from the first step
/// on, and no momentum gathers behind it. The mask stands in the checkpoints of a training; a model's file has the zeros alone, and
/// <see cref="OfZeros"/> finds them again.
/// Shapes: a mask has the shape of its parameter.
/// Source: LeCun, Denker and Solla (1990), "Optimal brain damage".
/// </summary>
public sealed class SparseMask : Constraint
{
    private readonly Dictionary<Parameter, Parameter> masks = [];

    /// <summary>A mask for each of some parameters.</summary>
    /// <param name="kept">For each parameter, row-major, whether an element is kept.</param>
    /// <exception cref="ShapeException">A mask has another size than its parameter.</exception>
    public SparseMask(IReadOnlyDictionary<Parameter, bool[]> kept)
    {
        foreach (var (parameter, mask) in kept)
        {
            if (mask.Length != parameter.Shape.Elements)
                throw new ShapeException($"SparseMask: needs a mask of {parameter.Shape.Elements} elements for '{parameter.Path}' {parameter.Shape}, but got {mask.Length}.\nGive one element for each weight, row-major.");
            masks[parameter] = new Parameter($"{parameter.LocalName}.mask", parameter.Shape, Inits.Ones, trainable: false);
            masks[parameter].Set(Array.ConvertAll(mask, element => element ? 1f : 0f));
        }
        On = ParameterChoice.Of([.. kept.Keys]);
    }

    /// <summary>A mask that keeps the zeros which a model's weights have now.</summary>
    /// <param name="model">A model with values: trained, loaded or set.</param>
    public static SparseMask OfZeros(Layer model) => new(model.Parameters.Where(ParameterChoice.Weights.Takes)
        .ToDictionary(parameter => parameter, parameter => Array.ConvertAll(parameter.ToArray(), weight => weight != 0)));

    /// <summary>The parameters that have a mask.</summary>
    public IReadOnlyCollection<Parameter> Parameters => masks.Keys;

    /// <summary>Which elements of a parameter are kept, row-major.</summary>
    public bool[] Kept(Parameter parameter) => Array.ConvertAll(masks[parameter].ToArray(), element => element > 0);

    /// <summary>The part of all masked parameters' elements that is held at 0.</summary>
    public double Sparsity
    {
        get
        {
            var all = masks.Values.Select(mask => mask.ToArray()).ToArray();
            return all.Sum(mask => mask.Count(element => element == 0)) / (double)all.Sum(mask => mask.Length);
        }
    }

    // A choice and no product: 0 times what overflowed is no number, and 0 times a negative weight is -0.
    /// <inheritdoc/>
    public override Tensor Of(Parameter parameter, Tensor value, Tensor rate) => Choices.WhereGreater(masks[parameter], 0f, value, 0f);

    /// <inheritdoc/>
    public override Tensor Gradient(Parameter parameter, Tensor gradient) => Choices.WhereGreater(masks[parameter], 0f, gradient, 0f);

    /// <inheritdoc/>
    public override void Save(SavedState state)
    {
        foreach (var (parameter, mask) in masks)
            state.Tensors[parameter.Path] = mask.ToArray();
    }

    /// <inheritdoc/>
    public override void Load(SavedState state)
    {
        foreach (var (parameter, mask) in masks)
            mask.Set(state.Tensors.TryGetValue(parameter.Path, out var values) && values.Length == mask.Shape.Elements ? values : throw new InvalidDataException(
                $"SparseMask: needs a mask for '{parameter.Path}' {parameter.Shape}, but the checkpoint has {(values is null ? "none" : $"one of {values.Length} elements")}.\nGo on with the constraints that the training was begun with."));
    }
}
