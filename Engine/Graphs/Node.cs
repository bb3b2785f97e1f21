namespace GpuNN;

/// <summary>A tensor that an operation computes from others.</summary>
public sealed class Node : Tensor
{
    private readonly Tensor[] inputs;

    internal Node(Operation operation, Tensor[] inputs, Shape shape, string place)
        : base(shape, operation is AliasOperation ? inputs[0].Kind : operation.Kind)
    {
        Operation = operation;
        this.inputs = inputs;
        Place = place;
    }

    /// <summary>What computes it.</summary>
    public Operation Operation { get; }

    /// <summary>What it is computed from.</summary>
    public IReadOnlyList<Tensor> Inputs => inputs;

    internal override string Place { get; }

    /// <summary>This tensor, by the name that gradient rules use for it.</summary>
    public Tensor Output => this;

    /// <inheritdoc/>
    public override string ToString() => $"{Operation.Name} {Shape}{(Place.Length > 0 ? $" in {Place}" : "")}";
}
